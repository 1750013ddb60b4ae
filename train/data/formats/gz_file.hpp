// A file read forwards, unpacked on the way when it is gzipped.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>

namespace nanonas::train {

class GzFile {
  public:
    /// Throws DataError when the file cannot be opened.
    explicit GzFile(const std::string& path);
    ~GzFile();
    GzFile(const GzFile&) = delete;
    GzFile& operator=(const GzFile&) = delete;

    /// Bytes read, fewer than asked for at the end of the file. Throws DataError "corrupt gzip".
    std::int64_t read(void* bytes, std::int64_t size);

    /// Throws DataError unless the file ends here, with gzip's check sum when packed.
    void expect_end();

    /// The most bytes the file can unpack to: deflate reaches at most 1032 to 1 (zlib's FAQ).
    std::int64_t most_bytes() const { return packed_ ? 1032 * file_bytes_ : file_bytes_; }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
    gzFile file_ = nullptr;
    bool packed_ = false;
    std::int64_t file_bytes_ = 0;
};

}  // namespace nanonas::train
