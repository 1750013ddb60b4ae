// Files read whole and written whole: a reader sees the old file or the new one, never half of it.
#pragma once

#include <string>
#include <vector>

#include "space/errors.hpp"

namespace nanonas {

/// No room to write: the disk or a quota is full, a file is at its limit, or the device fails. The
/// fault is the computer's, not the input's.
class DiskFull : public IoError {
  public:
    using IoError::IoError;
};

/// Throws DiskFull or IoError "path: what (No space left on device)" for an errno.
[[noreturn]] void throw_io_error(const std::string& path, const std::string& what, int error);

/// Throws IoError "path: cannot be read (No such file or directory)".
std::string read_file(const std::string& path);

/// Whether a folder that is not there is made.
enum class Folders { kMake, kMustExist };

/// Writes beside `path`, syncs, renames. On failure (full or read-only disk) removes what it wrote,
/// leaves `path` as it was and throws IoError.
void write_file(const std::string& path, const std::string& bytes,
                Folders folders = Folders::kMake);

/// A file to be written.
struct FileContent {
    std::string path;
    std::string bytes;
    Folders folders = Folders::kMake;
};

/// All of them or none: no file takes its name before every one is on the disk. On failure no new
/// file or folder is left. Throws IoError.
void write_files(const std::vector<FileContent>& files);

}  // namespace nanonas
