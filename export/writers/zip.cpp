#include "export/writers/zip.hpp"

namespace nanonas::exporting {

namespace {

// PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.
constexpr std::uint32_t kLocalHeader = 0x04034B50;
constexpr std::uint32_t kCentralHeader = 0x02014B50;
constexpr std::uint32_t kEnd = 0x06054B50;
constexpr std::uint32_t kVersion = 10;  // 1.0: stored files
constexpr std::uint32_t kUtf8Names = 0x800;
constexpr std::uint32_t kFirstDay = 0x21;  // 1980-01-01

void append(std::string& bytes, std::uint32_t value, int width) {
    for (int i = 0; i < width; ++i) {
        bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
    }
}

/// The fields both headers share, from "version needed" to "extra field length".
void append_entry(std::string& bytes, const std::pair<std::string, std::string>& file) {
    append(bytes, kVersion, 2);
    append(bytes, kUtf8Names, 2);
    append(bytes, 0, 2);  // stored
    append(bytes, 0, 2);  // time
    append(bytes, kFirstDay, 2);
    append(bytes, crc32(file.second), 4);
    append(bytes, static_cast<std::uint32_t>(file.second.size()), 4);
    append(bytes, static_cast<std::uint32_t>(file.second.size()), 4);
    append(bytes, static_cast<std::uint32_t>(file.first.size()), 2);
    append(bytes, 0, 2);
}

}  // namespace

std::uint32_t crc32(const std::string& bytes) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return ~crc;
}

std::string zip_archive(const std::vector<std::pair<std::string, std::string>>& files,
                        std::size_t start) {
    std::string bytes;
    std::string directory;
    for (const auto& file : files) {
        const auto offset = static_cast<std::uint32_t>(start + bytes.size());
        append(bytes, kLocalHeader, 4);
        append_entry(bytes, file);
        bytes += file.first + file.second;

        append(directory, kCentralHeader, 4);
        append(directory, kVersion, 2);
        append_entry(directory, file);
        append(directory, 0, 2);  // comment length
        append(directory, 0, 2);  // disk
        append(directory, 0, 2);  // attributes
        append(directory, 0, 4);
        append(directory, offset, 4);
        directory += file.first;
    }
    const auto count = static_cast<std::uint32_t>(files.size());
    const auto directory_at = static_cast<std::uint32_t>(start + bytes.size());
    bytes += directory;
    append(bytes, kEnd, 4);
    append(bytes, 0, 4);  // this disk, the directory's disk
    append(bytes, count, 2);
    append(bytes, count, 2);
    append(bytes, static_cast<std::uint32_t>(directory.size()), 4);
    append(bytes, directory_at, 4);
    append(bytes, 0, 2);
    return bytes;
}

}  // namespace nanonas::exporting
