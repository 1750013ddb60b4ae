// A zip archive of a few small files, stored as they are.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace nanonas::exporting {

/// `files` are names and contents. `start` bytes lie before the archive in its file: the offsets in
/// it count from there. Dated 1980-01-01, so the same files give the same bytes.
/// Room for 65,535 files and 4 GiB; names shorter than 64 KiB.
std::string zip_archive(const std::vector<std::pair<std::string, std::string>>& files,
                        std::size_t start);

}  // namespace nanonas::exporting
