#include "export/tflite/zip_writer.hpp"

#include <zlib.h>

#include <cstdint>

#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

// PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.
constexpr std::uint32_t kLocalHeader = 0x04034B50;
constexpr std::uint32_t kCentralHeader = 0x02014B50;
constexpr std::uint32_t kEnd = 0x06054B50;
constexpr std::uint32_t kVersion = 10;  // 1.0: stored files
constexpr std::uint32_t kUtf8Names = 0x800;
constexpr std::uint32_t kFirstDay = 0x21;  // 1980-01-01

std::uint32_t crc_of(const std::string& bytes) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// The fields both headers share, from "version needed" to "extra field length".
void append_entry(std::string& bytes, const std::pair<std::string, std::string>& file) {
    append_little_endian(bytes, kVersion, 2);
    append_little_endian(bytes, kUtf8Names, 2);
    append_little_endian(bytes, 0, 2);  // stored
    append_little_endian(bytes, 0, 2);  // time
    append_little_endian(bytes, kFirstDay, 2);
    append_little_endian(bytes, crc_of(file.second), 4);
    append_little_endian(bytes, static_cast<std::uint32_t>(file.second.size()), 4);
    append_little_endian(bytes, static_cast<std::uint32_t>(file.second.size()), 4);
    append_little_endian(bytes, static_cast<std::uint32_t>(file.first.size()), 2);
    append_little_endian(bytes, 0, 2);
}

}  // namespace

std::string zip_archive(const std::vector<std::pair<std::string, std::string>>& files,
                        std::size_t start) {
    std::string bytes;
    std::string directory;
    for (const auto& file : files) {
        const auto offset = static_cast<std::uint32_t>(start + bytes.size());
        append_little_endian(bytes, kLocalHeader, 4);
        append_entry(bytes, file);
        bytes += file.first + file.second;

        append_little_endian(directory, kCentralHeader, 4);
        append_little_endian(directory, kVersion, 2);
        append_entry(directory, file);
        append_little_endian(directory, 0, 2);  // comment length
        append_little_endian(directory, 0, 2);  // disk
        append_little_endian(directory, 0, 2);  // attributes
        append_little_endian(directory, 0, 4);
        append_little_endian(directory, offset, 4);
        directory += file.first;
    }
    const auto count = static_cast<std::uint32_t>(files.size());
    const auto directory_at = static_cast<std::uint32_t>(start + bytes.size());
    bytes += directory;
    append_little_endian(bytes, kEnd, 4);
    append_little_endian(bytes, 0, 4);  // this disk, the directory's disk
    append_little_endian(bytes, count, 2);
    append_little_endian(bytes, count, 2);
    append_little_endian(bytes, static_cast<std::uint32_t>(directory.size()), 4);
    append_little_endian(bytes, directory_at, 4);
    append_little_endian(bytes, 0, 2);
    return bytes;
}

}  // namespace nanonas::exporting
