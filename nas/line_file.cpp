#include "nas/line_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "space/errors.hpp"

namespace nanonas::nas {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw IoError(path + ": " + what + " (" + std::strerror(errno) + ")");
}

/// The name of a new file is on disk only once its folder is.
void sync_folder(const std::string& path) {
    std::string folder = std::filesystem::path(path).parent_path().string();
    if (folder.empty()) {
        folder = ".";
    }
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        ::fsync(descriptor);  // some file systems cannot; the journal itself is synced
        ::close(descriptor);
    }
}

std::string read_all(int descriptor, const std::string& path) {
    std::string text;
    char block[65536];
    while (true) {
        const ssize_t got =
            ::pread(descriptor, block, sizeof block, static_cast<off_t>(text.size()));
        if (got == 0) {
            return text;
        }
        if (got > 0) {
            text.append(block, static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            fail(path, "cannot be read");
        }
    }
}

}  // namespace

LineFile::LineFile(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

LineFile::LineFile(LineFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      failed_(other.failed_),
      found_(std::move(other.found_)) {}

LineFile& LineFile::operator=(LineFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    std::swap(failed_, other.failed_);
    std::swap(found_, other.found_);
    return *this;
}

LineFile::~LineFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

LineFile LineFile::create(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        if (errno == EEXIST) {
            throw ConfigError(path + ": exists already; resume it, or start in another directory");
        }
        fail(path, "cannot be created");
    }
    return LineFile(path, descriptor);
}

LineFile LineFile::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        fail(path, "cannot be opened for writing");
    }
    LineFile file(path, descriptor);
    file.found_ = read_all(descriptor, path);
    file.size_ = static_cast<std::int64_t>(file.found_.rfind('\n') + 1);  // npos + 1 is 0
    return file;
}

std::vector<std::string> LineFile::lines() const {
    std::vector<std::string> lines;
    std::size_t at = 0;
    for (std::size_t end = 0; (end = found_.find('\n', at)) != std::string::npos; at = end + 1) {
        lines.push_back(found_.substr(at, end - at));
    }
    return lines;
}

void LineFile::cut_torn() {
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
        fail(path_, "its torn last line cannot be cut off");
    }
}

void LineFile::append(const std::string& line) {
    if (failed_) {
        throw IoError(path_ + ": not gone on with after a write that failed; resume it");
    }
    const std::string bytes = line + "\n";
    ssize_t written = 0;
    do {
        written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    } while (written < 0 && errno == EINTR);
    const bool whole = written == static_cast<ssize_t>(bytes.size());
    if (!whole || ::fsync(descriptor_) != 0) {
        const int why = written >= 0 && !whole ? ENOSPC : errno;
        failed_ = true;
        // Should this fail too, what stays is a torn last line, which is cut off when it is opened.
        [[maybe_unused]] const int cut = ::ftruncate(descriptor_, static_cast<off_t>(size_));
        errno = why;
        fail(path_, "cannot be written");
    }
    if (size_ == 0) {
        sync_folder(path_);
    }
    size_ += static_cast<std::int64_t>(bytes.size());
}

void LineFile::remove() {
    ::unlink(path_.c_str());
}

}  // namespace nanonas::nas
