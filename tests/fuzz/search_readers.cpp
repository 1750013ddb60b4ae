#include "nas/evaluators/table_evaluator.hpp"
#include "nas/journal_record.hpp"
#include "space/spaces/cells.hpp"
#include "tests/fuzz/readers.hpp"

namespace nanonas::fuzz {

namespace {

const std::vector<space::Axis> kAxes = space::CellSpace{}.axes();

}  // namespace

/// The first line as a header, the others as records.
void read_journal(const std::string& bytes) {
    std::size_t at = bytes.find('\n');
    const std::size_t end = at == std::string::npos ? bytes.size() : at;
    const nas::Header header = nas::read_header(bytes.substr(0, end), "journal.jsonl:1");
    while (at != std::string::npos && at + 1 < bytes.size()) {
        const std::size_t next = bytes.find('\n', at + 1);
        nas::read_record(bytes.substr(at + 1, next == std::string::npos ? next : next - at - 1),
                         "journal.jsonl:2", header.version, kAxes);
        at = next;
    }
}

void read_table(const std::string& bytes) {
    const nas::TableEvaluator table(bytes, "scores.csv", kAxes);
}

}  // namespace nanonas::fuzz
