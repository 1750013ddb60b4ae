// Decoded images in a file that is mapped read-only, so that they need no memory of the process.
//
// Layout: one 4,096-byte page with the header (cache_file.cpp), pixels [count][height][width]
// [channels], zeros up to a multiple of 8, labels [count] as int32; the machine's byte order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/data/dataset.hpp"
#include "train/data/fingerprint.hpp"

namespace nanonas::train {

struct CachedSet {
    std::shared_ptr<const ImageStore> store;
    std::uint64_t fingerprint = 0;
    std::int64_t skipped = 0;
};

/// How many bytes of a mapped set may be resident before they are given back; a burst of reading
/// can exceed it by what it touches in 10 ms.
constexpr std::int64_t kResidentBytes = std::int64_t{64} << 20;

/// Nothing when the file is absent or anything about it is wrong, down to a bit of a pixel: it is
/// then built anew.
std::optional<CachedSet> open_cache(const std::string& path, std::uint64_t key,
                                    const space::Shape& shape, std::int64_t classes,
                                    std::int64_t resident_bytes = kResidentBytes);

/// Streams a set into `path`, which appears whole or not at all; destroyed before finish(), it
/// leaves nothing behind. Other processes may write the same path: the last to finish names it,
/// and what the others hold stays as it is. Throws IoError (full or read-only disk).
class CacheWriter {
  public:
    CacheWriter(const std::string& path, std::uint64_t key, const space::Shape& shape);
    ~CacheWriter();
    CacheWriter(const CacheWriter&) = delete;
    CacheWriter& operator=(const CacheWriter&) = delete;

    void append(const std::uint8_t* pixels, std::int64_t images);
    void finish(const std::vector<std::int32_t>& labels, std::uint64_t fingerprint,
                std::int64_t skipped);

    /// What was finished, whoever has taken its name since. Throws IoError when it does not come
    /// back as it was written.
    CachedSet reopen(std::int64_t classes) const;

  private:
    void write(const void* bytes, std::size_t size);
    [[noreturn]] void fail() const;

    std::string path_;
    std::string temporary_;  // empty: published
    int file_ = -1;
    std::uint64_t key_;
    space::Shape shape_;
    std::int64_t count_ = 0;
    Fingerprint pixels_;
};

}  // namespace nanonas::train
