// Journals as earlier versions wrote them (fixtures/: a search of scores.csv by the program that
// wrote version 2; version 1 is the same without what it had not): they are gone on with.
#include <catch2/catch.hpp>

#include "nas/evaluators/table_evaluator.hpp"
#include "nas/journal_record.hpp"
#include "nas/search.hpp"
#include "nas/strategy.hpp"
#include "tests/nas/support.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;

namespace {

std::string fixture(const std::string& name) {
    return testing::source_folder() + "/tests/nas/fixtures/" + name;
}

const JournalHeader kHeader = [] {
    const std::string first = slurp(fixture("journal-version-2.jsonl"));
    JournalHeader header = read_header(first.substr(0, first.find('\n')), "fixture").header;
    header.axes = kCells.axes();
    return header;
}();

SearchResult resume(const std::string& path) {
    Journal journal = Journal::resume(path, kHeader);
    TableEvaluator evaluator(fixture("scores.csv"), kCells.axes());
    SearchOptions options;
    options.seed = kHeader.seed;
    options.space = &kCells;
    options.journal = &journal;
    const auto strategy = make_strategy(kHeader.strategy);
    return search(*strategy, evaluator, options);
}

std::string first_lines(const std::string& text, std::size_t count) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i) {
        end = text.find('\n', end) + 1;
    }
    return text.substr(0, end);
}

}  // namespace

TEST_CASE("a journal of version 2, cut at any line, is gone on with to the same bytes") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    const std::string whole = slurp(fixture("journal-version-2.jsonl"));
    const auto lines = static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n'));
    REQUIRE(lines > 10);
    for (std::size_t kept = 1; kept <= lines; ++kept) {
        INFO(kept << " of " << lines << " lines kept");
        spill(path, first_lines(whole, kept));
        const SearchResult result = resume(path);
        REQUIRE(result.replayed == kept - 1);
        REQUIRE(result.decisions.size() == lines - 1);
        REQUIRE(slurp(path) == whole);
    }
}

TEST_CASE("a journal of version 1 is replayed to its winner, and refused where it would go on") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    const std::string whole = slurp(fixture("journal-version-1.jsonl"));
    spill(path, whole);
    const SearchResult old = resume(path);
    CHECK(slurp(path) == whole);
    CHECK(old.evaluated == 0);

    spill(path, first_lines(whole, 5));
    CHECK_THROWS_WITH(resume(path), Catch::Contains("of version 1") &&
                                        Catch::Contains("its 4 decisions are read"));
    CHECK(slurp(path) == first_lines(whole, 5));

    const SearchResult fresh = resume(folder / "fresh");
    CHECK(fresh.decisions == old.decisions);
    REQUIRE(fresh.best);
    CHECK(fresh.best->candidate == old.best->candidate);
    CHECK_THAT(slurp(folder / "fresh"), Catch::StartsWith("{\"journal\":3,"));
}

TEST_CASE("the file of speculation goes on in its own version") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    spill(path, first_lines(slurp(fixture("journal-version-2.jsonl")), 3));
    Journal journal = Journal::resume(path, kHeader);
    Decision ahead;
    ahead.candidate = {5, 2};
    ahead.score = 0.5;
    journal.append_speculative(ahead);
    ahead.candidate = {6, 2};
    journal.append_speculative(ahead);
    const Journal again = Journal::resume(path, kHeader);
    REQUIRE(again.speculative().size() == 2);
    CHECK(again.speculative().at(Candidate{6, 2}) == ahead);
}
