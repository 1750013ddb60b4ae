#include "export/zip_archive.hpp"

#include <zlib.h>

#include <algorithm>

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
// Records of archives beyond 4 GiB (4.3.14, 4.3.15), which PyTorch writes into every one.
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::size_t kEnd64Bytes = 56 + 20;  // both
constexpr std::size_t kLongestComment = 65'535;
constexpr std::uint64_t kStored = 0;
constexpr std::uint64_t kDeflated = 8;

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

/// Where the directory ends whose end record is at `end`.
std::size_t directory_end(std::string_view bytes, std::size_t end) {
    const bool has_64 = end >= kEnd64Bytes &&
                        read_little_endian(bytes, end - 20, 4) == kLocator64Signature &&
                        read_little_endian(bytes, end - kEnd64Bytes, 4) == kEnd64Signature;
    return has_64 ? end - kEnd64Bytes : end;
}

}  // namespace

std::optional<ZipArchive> ZipArchive::open(std::string_view bytes) {
    const std::optional<std::size_t> end = find_end(bytes);
    if (!end) {
        return std::nullopt;
    }
    const std::uint64_t count = read_little_endian(bytes, *end + 10, 2);
    const std::uint64_t directory_bytes = read_little_endian(bytes, *end + 12, 4);
    const std::uint64_t directory = read_little_endian(bytes, *end + 16, 4);
    const std::size_t directory_stop = directory_end(bytes, *end);
    if (directory_bytes > directory_stop) {
        return std::nullopt;
    }
    // Offsets count from the archive's start, which some writers take to be the file's.
    const std::uint64_t found = directory_stop - directory_bytes;
    if (found < directory) {
        return std::nullopt;
    }
    ZipArchive result;
    const std::string_view archive = bytes.substr(found - directory);
    result.archive_ = archive;
    std::uint64_t at = directory;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!inside(archive, at, kEntryBytes) ||
            read_little_endian(archive, at, 4) != kEntrySignature) {
            break;
        }
        const std::uint64_t name_bytes = read_little_endian(archive, at + 28, 2);
        const std::uint64_t entry_bytes = kEntryBytes + name_bytes +
                                          read_little_endian(archive, at + 30, 2) +
                                          read_little_endian(archive, at + 32, 2);
        if (!inside(archive, at, entry_bytes)) {
            break;
        }
        const std::string_view entry = archive.substr(at, entry_bytes);
        result.entries_.push_back(
            {entry.substr(kEntryBytes, name_bytes), read_little_endian(entry, 10, 2),
             read_little_endian(entry, 20, 4), read_little_endian(entry, 24, 4),
             read_little_endian(entry, 16, 4), read_little_endian(entry, 42, 4)});
        at += entry_bytes;
    }
    return result;
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const ZipEntry& entry) { return entry.name == name; });
    return found == entries_.end() ? nullptr : &*found;
}

std::optional<std::string_view> ZipArchive::packed(const ZipEntry& entry) const {
    if (!inside(archive_, entry.local, kLocalBytes) ||
        read_little_endian(archive_, entry.local, 4) != kLocalSignature) {
        return std::nullopt;
    }
    const std::uint64_t start = entry.local + kLocalBytes +
                                read_little_endian(archive_, entry.local + 26, 2) +
                                read_little_endian(archive_, entry.local + 28, 2);
    if (!inside(archive_, start, entry.packed)) {
        return std::nullopt;
    }
    return archive_.substr(start, entry.packed);
}

std::optional<std::string> ZipArchive::contents(const ZipEntry& entry, std::size_t most) const {
    if (entry.size > most) {
        return std::nullopt;
    }
    const std::optional<std::string_view> data = packed(entry);
    if (!data) {
        return std::nullopt;
    }
    if (entry.method == kDeflated) {
        return inflated(*data, entry.size);
    }
    return entry.method == kStored && entry.packed == entry.size ? std::optional(std::string(*data))
                                                                 : std::nullopt;
}

std::optional<std::string_view> ZipArchive::stored(const ZipEntry& entry) const {
    if (entry.method != kStored || entry.packed != entry.size) {
        return std::nullopt;
    }
    const std::optional<std::string_view> data = packed(entry);
    if (!data || crc32_z(0, reinterpret_cast<const Bytef*>(data->data()), data->size()) !=
                     static_cast<uLong>(entry.crc)) {
        return std::nullopt;
    }
    return data;
}

}  // namespace nanonas::exporting
