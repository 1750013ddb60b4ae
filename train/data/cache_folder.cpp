#include "train/data/cache_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "space/checksum.hpp"
#include "space/errors.hpp"

namespace nanonas::train {

namespace fs = std::filesystem;

namespace {

constexpr std::time_t kUnusedSeconds = 30 * 24 * 3600;
const std::string kImages = ".images";
const std::string kPartial = ".partial";

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Sixteen hexadecimal digits first, as all our names have.
bool named_by_us(const std::string& name) {
    return name.size() > 16 && std::all_of(name.begin(), name.begin() + 16, [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

bool names_file(const std::string& path, int file) {
    struct stat named {};
    struct stat opened {};
    return ::stat(path.c_str(), &named) == 0 && ::fstat(file, &opened) == 0 &&
           named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

/// Takes its lock first: one that is held belongs to a process at work.
void remove_leftover(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return;
    }
    if (::flock(file, LOCK_EX | LOCK_NB) == 0 && names_file(path, file)) {
        ::unlink(path.c_str());
    }
    ::close(file);
}

}  // namespace

std::vector<std::string> cache_folders(const std::string& given) {
    if (!given.empty()) {
        return {given};
    }
    std::vector<std::string> folders;
    if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty()) {
        folders.push_back(cache + "/nanonas");
    } else if (const std::string home = variable("HOME"); !home.empty()) {
        folders.push_back(home + "/.cache/nanonas");
    }
    const std::string temporary = variable("TMPDIR");
    folders.push_back((temporary.empty() ? "/tmp" : temporary) + "/nanonas-cache-" +
                      std::to_string(::getuid()));
    return folders;
}

std::string cache_path(const std::string& folder, std::uint64_t set, std::uint64_t state) {
    return folder + "/" + hexadecimal(set) + "-" + hexadecimal(state) + kImages;
}

void make_cache_folder(const std::string& folder) {
    std::error_code error;
    const fs::path path(folder);
    if (path.has_parent_path()) {
        fs::create_directories(path.parent_path(), error);
    }
    if (!error && ::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
        error = std::error_code(errno, std::generic_category());
    }
    if (!error && !fs::is_directory(path, error) && !error) {
        error = std::make_error_code(std::errc::not_a_directory);
    }
    if (error) {
        throw IoError(folder + ": image cache folder cannot be made (" + error.message() + ")");
    }
    // In a shared temporary folder the name may have been taken by somebody else.
    struct stat status {};
    if (folder.find("/nanonas-cache-") != std::string::npos &&
        (::lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
         status.st_uid != ::getuid() || (status.st_mode & 022) != 0)) {
        throw IoError(folder + ": image cache folder is another user's");
    }
}

int open_partial(const std::string& path, std::string& name) {
    for (int number = 0;; ++number) {
        name = path + "." + std::to_string(::getpid()) + "." + std::to_string(number) + kPartial;
        const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (file < 0 && errno != EEXIST) {
            return -1;
        }
        if (file < 0) {
            continue;
        }
        // Before the lock is held, another process may take the file for a leftover.
        if (::flock(file, LOCK_EX) != 0 || names_file(name, file)) {
            return file;
        }
        ::close(file);
    }
}

void prune_caches(const std::string& path) {
    const fs::path kept(path);
    const std::string set = kept.filename().string().substr(0, 17);
    const std::time_t now = std::time(nullptr);
    std::error_code error;
    fs::directory_iterator at(kept.parent_path(), error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        const std::string name = at->path().filename().string();
        const std::string full = at->path().string();
        struct stat status {};
        if (!named_by_us(name) || name == kept.filename() || ::lstat(full.c_str(), &status) != 0 ||
            !S_ISREG(status.st_mode)) {
            continue;
        }
        if (ends_with(name, kPartial)) {
            remove_leftover(full);
        } else if (ends_with(name, kImages) && (name.compare(0, set.size(), set) == 0 ||
                                                now - status.st_mtime > kUnusedSeconds)) {
            ::unlink(full.c_str());
        }
    }
}

}  // namespace nanonas::train
