// One line of a journal, to text and back.
#pragma once

#include <optional>
#include <string>

#include "nas/journal.hpp"

namespace nanonas::nas {

std::string header_line(const JournalHeader& header);
std::string speculative_line(const Decision& decision);

struct Header {
    JournalHeader header;
    std::int64_t version = 0;
};

/// Throws DataError "where: ..." on anything that is not such a line, or is not as it was written.
Header read_header(const std::string& line, const std::string& where);

struct Record {
    std::optional<std::int64_t> index;  ///< absent: speculative
    Decision decision;
};
/// `version` is the header's.
Record read_record(const std::string& line, const std::string& where, std::int64_t version);

}  // namespace nanonas::nas
