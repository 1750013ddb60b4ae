// One line of a journal, to text and back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nas/journal.hpp"

namespace nanonas::nas {

constexpr std::int64_t kJournalVersion = 3;

/// The first line, without its newline.
std::string header_line(const JournalHeader& header);
/// The record of one decision without its newline. `version` 2 or 3: of the file it is for.
std::string to_json_line(std::size_t index, const Decision& decision,
                         const std::vector<space::Axis>& axes,
                         std::int64_t version = kJournalVersion);
std::string speculative_line(const Decision& decision, const std::vector<space::Axis>& axes,
                             std::int64_t version = kJournalVersion);

struct Header {
    JournalHeader header;  ///< of its axes the names alone
    std::int64_t version = 0;
};

/// Throws DataError "where: ..." on anything that is not such a line, or is not as it was written.
Header read_header(const std::string& line, const std::string& where);

struct Record {
    std::optional<std::int64_t> index;  ///< absent: speculative
    Decision decision;
};
/// `version` is the header's, `axes` the space's.
Record read_record(const std::string& line, const std::string& where, std::int64_t version,
                   const std::vector<space::Axis>& axes);

}  // namespace nanonas::nas
