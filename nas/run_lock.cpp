#include "nas/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "space/errors.hpp"

namespace nanonas::nas {

namespace {

std::string lock_file(const std::string& directory) {
    return directory + "/.lock";
}

}  // namespace

RunLock::RunLock(const std::string& directory) : directory_(directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        throw IoError(directory + ": cannot be created (" + error.message() + ")");
    }
    const std::string path = lock_file(directory);
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) {
        throw IoError(path + ": cannot be opened for writing (" + std::strerror(errno) + ")");
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const int why = errno;
        char pid[24] = {};
        const ssize_t got = ::pread(descriptor_, pid, sizeof pid - 1, 0);
        ::close(descriptor_);
        if (why != EWOULDBLOCK) {
            throw IoError(path + ": cannot be locked (" + std::strerror(why) + ")");
        }
        const std::string owner(pid, got > 0 ? std::strspn(pid, "0123456789") : 0);
        throw IoError(directory + ": in use by another process" +
                      (owner.empty() ? "" : " (pid " + owner + ")"));
    }
    // For the message above only: on a full disk the lock still holds.
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor_, 0) == 0) {
        [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, pid.data(), pid.size(), 0);
    }
}

void RunLock::require_in_place() const {
    struct stat named = {};
    struct stat locked = {};
    if (::stat(lock_file(directory_).c_str(), &named) != 0 || ::fstat(descriptor_, &locked) != 0 ||
        named.st_dev != locked.st_dev || named.st_ino != locked.st_ino) {
        throw IoError(directory_ +
                      ": removed or replaced while this process worked in it; nothing more is "
                      "written");
    }
}

RunLock::~RunLock() {
    // The file stays: removing it would let two processes lock two files of one name.
    ::close(descriptor_);
}

}  // namespace nanonas::nas
