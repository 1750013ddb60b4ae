#include "export/tflite/zip_reader.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdint>

#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

// Layout: PKWARE's APPNOTE, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kEntrySignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kLongestComment = 65'535;
constexpr std::uint64_t kStored = 0;
constexpr std::uint64_t kDeflated = 8;
constexpr std::size_t kLargestFile = std::size_t{1} << 20;

bool inside(std::string_view bytes, std::uint64_t at, std::uint64_t count) {
    return at <= bytes.size() && count <= bytes.size() - at;
}

std::optional<std::string> inflated(std::string_view packed, std::size_t size) {
    std::string text(size, '\0');
    z_stream stream = {};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        return std::nullopt;
    }
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const int end = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return end == Z_STREAM_END && stream.avail_out == 0 ? std::optional(text) : std::nullopt;
}

std::optional<std::size_t> find_end(std::string_view bytes) {
    if (bytes.size() < kEndBytes) {
        return std::nullopt;
    }
    const std::size_t last = bytes.size() - kEndBytes;
    const std::size_t first = last - std::min(last, kLongestComment);
    for (std::size_t at = last + 1; at-- > first;) {
        if (read_little_endian(bytes, at, 4) == kEndSignature) {
            return at;
        }
    }
    return std::nullopt;
}

std::optional<std::string> contents(std::string_view archive, std::string_view entry) {
    const std::uint64_t method = read_little_endian(entry, 10, 2);
    const std::uint64_t packed = read_little_endian(entry, 20, 4);
    const std::uint64_t size = read_little_endian(entry, 24, 4);
    const std::uint64_t local = read_little_endian(entry, 42, 4);
    if (size > kLargestFile || !inside(archive, local, kLocalBytes) ||
        read_little_endian(archive, local, 4) != kLocalSignature) {
        return std::nullopt;
    }
    const std::uint64_t start = local + kLocalBytes + read_little_endian(archive, local + 26, 2) +
                                read_little_endian(archive, local + 28, 2);
    if (!inside(archive, start, packed)) {
        return std::nullopt;
    }
    const std::string_view data = archive.substr(start, packed);
    if (method == kDeflated) {
        return inflated(data, size);
    }
    return method == kStored && packed == size ? std::optional(std::string(data)) : std::nullopt;
}

}  // namespace

std::optional<std::string> file_in_zip(std::string_view bytes, const std::string& name) {
    const std::optional<std::size_t> end = find_end(bytes);
    if (!end) {
        return std::nullopt;
    }
    const std::uint64_t count = read_little_endian(bytes, *end + 10, 2);
    const std::uint64_t directory_bytes = read_little_endian(bytes, *end + 12, 4);
    const std::uint64_t directory = read_little_endian(bytes, *end + 16, 4);
    if (directory_bytes > *end) {
        return std::nullopt;
    }
    // Offsets count from the archive's start, which some writers take to be the file's.
    const std::uint64_t found = *end - directory_bytes;
    if (found < directory) {
        return std::nullopt;
    }
    const std::string_view archive = bytes.substr(found - directory);
    std::uint64_t at = directory;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!inside(archive, at, kEntryBytes) ||
            read_little_endian(archive, at, 4) != kEntrySignature) {
            return std::nullopt;
        }
        const std::uint64_t name_bytes = read_little_endian(archive, at + 28, 2);
        const std::uint64_t entry_bytes = kEntryBytes + name_bytes +
                                          read_little_endian(archive, at + 30, 2) +
                                          read_little_endian(archive, at + 32, 2);
        if (!inside(archive, at, entry_bytes)) {
            return std::nullopt;
        }
        if (archive.substr(at + kEntryBytes, name_bytes) == name) {
            return contents(archive, archive.substr(at, entry_bytes));
        }
        at += entry_bytes;
    }
    return std::nullopt;
}

}  // namespace nanonas::exporting
