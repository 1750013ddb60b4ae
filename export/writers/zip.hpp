// A zip archive of a few small files, stored as they are.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nanonas::exporting {

/// CRC-32 of zip and gzip (polynomial 0xEDB88320).
std::uint32_t crc32(const std::string& bytes);

/// `files` are names and contents. `start` bytes lie before the archive in its file: the offsets in
/// it count from there. Dated 1980-01-01, so the same files give the same bytes.
std::string zip_archive(const std::vector<std::pair<std::string, std::string>>& files,
                        std::size_t start);

}  // namespace nanonas::exporting
