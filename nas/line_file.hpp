// A file that grows by whole lines, each on disk before the call returns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nanonas::nas {

/// A torn last line, which a killed process left, is known and not counted.
class LineFile {
  public:
    /// A new, empty file. Throws ConfigError when `path` exists, IoError when it cannot be written.
    static LineFile create(const std::string& path);
    /// Goes on with a file, or starts one where there is none. Throws IoError.
    static LineFile open(const std::string& path);

    LineFile(LineFile&& other) noexcept;
    LineFile& operator=(LineFile&& other) noexcept;
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;
    ~LineFile();

    const std::string& path() const { return path_; }

    /// The whole lines that were there when it was opened, without their newlines.
    std::vector<std::string> lines() const;
    /// Cuts off a torn last line. Nothing is written before this or append is called. Throws
    /// IoError.
    void cut_torn();
    /// One write and one fsync. On failure (disk full) the file is cut back to its last whole line
    /// and IoError is thrown, then and at every later call: a line that is missing must not be
    /// followed by the next.
    void append(const std::string& line);
    /// `path` is removed from the folder again.
    void remove();

  private:
    LineFile(std::string path, int descriptor);

    std::string path_;
    int descriptor_ = -1;
    std::int64_t size_ = 0;  ///< of the whole lines
    bool failed_ = false;    ///< a line could not be appended
    std::string found_;      ///< what the file held when it was opened
};

}  // namespace nanonas::nas
