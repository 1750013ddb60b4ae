// Zip archives in memory, as other programs pack their models: TFLite Metadata, PyTorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nanonas::exporting {

/// As the archive's directory tells it; nothing of it has been checked.
struct ZipEntry {
    std::string_view name;
    std::uint64_t method = 0;
    std::uint64_t packed = 0;  ///< bytes in the archive
    std::uint64_t size = 0;    ///< bytes unpacked
    std::uint64_t crc = 0;
    std::uint64_t local = 0;  ///< offset of the local header
};

/// Views the bytes it was opened on, which must outlive it.
class ZipArchive {
  public:
    /// The archive at the end of `bytes`; nothing when there is none.
    static std::optional<ZipArchive> open(std::string_view bytes);

    /// Up to the first that cannot be read; those after it are not listed.
    const std::vector<ZipEntry>& entries() const { return entries_; }
    /// Null when it is not listed.
    const ZipEntry* find(std::string_view name) const;

    /// Stored or deflated, at most `most` bytes; nothing when it is larger or damaged.
    std::optional<std::string> contents(const ZipEntry& entry, std::size_t most) const;
    /// Of a file that is stored and has the checksum it should have; nothing otherwise.
    std::optional<std::string_view> stored(const ZipEntry& entry) const;

  private:
    std::optional<std::string_view> packed(const ZipEntry& entry) const;

    std::string_view archive_;
    std::vector<ZipEntry> entries_;
};

}  // namespace nanonas::exporting
