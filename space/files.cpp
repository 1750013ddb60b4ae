#include "space/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "space/errors.hpp"

namespace nanonas {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const char* what, const std::string& why) {
    throw IoError(path + ": " + what + " (" + why + ")");
}

std::string reason(int error) {
    return std::generic_category().message(error);
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    int get() const { return number_; }
    int close() { return number_ < 0 ? 0 : ::close(std::exchange(number_, -1)); }

  private:
    int number_;
};

/// Removes the temporary file and the folders made for it, unless kept.
class Leftovers {
  public:
    Leftovers() = default;
    Leftovers(const Leftovers&) = delete;
    Leftovers& operator=(const Leftovers&) = delete;
    ~Leftovers() {
        std::error_code ignored;
        for (auto path = paths_.rbegin(); path != paths_.rend(); ++path) {
            fs::remove(*path, ignored);  // a folder that others filled meanwhile stays
        }
    }

    void add(fs::path path) { paths_.push_back(std::move(path)); }
    void keep() { paths_.clear(); }

  private:
    std::vector<fs::path> paths_;
};

void make_folders(const fs::path& folder, const std::string& path, Leftovers& leftovers) {
    std::error_code error;
    std::vector<fs::path> missing;
    for (fs::path up = folder; !up.empty() && !fs::exists(up, error); up = up.parent_path()) {
        missing.push_back(up);
    }
    for (auto next = missing.rbegin(); next != missing.rend(); ++next) {
        const bool made = fs::create_directory(*next, error);
        if (error) {
            fail(path, "cannot be written", "folder " + next->string() + ": " + error.message());
        }
        if (made) {
            leftovers.add(*next);
        }
    }
}

/// 0 or errno.
int write_all(int descriptor, const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno != EINTR) {
            return errno;
        }
        done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
    }
    return 0;
}

}  // namespace

std::string read_file(const std::string& path) {
    constexpr const char* kWhat = "cannot be read";
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        fail(path, kWhat, reason(errno));
    }
    std::string bytes;
    struct stat status = {};
    if (::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) {
        bytes.reserve(static_cast<std::size_t>(status.st_size));
    }
    std::array<char, 1 << 16> block;
    for (;;) {
        const ssize_t got = ::read(file.get(), block.data(), block.size());
        if (got == 0) {
            return bytes;
        }
        if (got > 0) {
            bytes.append(block.data(), static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            fail(path, kWhat, reason(errno));
        }
    }
}

void write_file(const std::string& path, const std::string& bytes) {
    constexpr const char* kWhat = "cannot be written";
    static std::atomic<unsigned> serial{0};
    std::error_code error;
    fs::path destination(path);
    if (fs::is_symlink(destination, error)) {
        destination = fs::weakly_canonical(destination, error);
    }
    // A rename would replace a device node.
    if (path.empty() || (fs::exists(destination, error) && !fs::is_regular_file(destination))) {
        fail(path, kWhat, "not a regular file");
    }
    Leftovers leftovers;
    const fs::path folder = destination.parent_path();
    make_folders(folder, path, leftovers);

    const std::string temporary =
        destination.string() + ".tmp" + std::to_string(::getpid()) + "." + std::to_string(serial++);
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.get() < 0) {
        fail(path, kWhat, reason(errno));
    }
    leftovers.add(temporary);
    if (const int why = write_all(file.get(), bytes); why != 0) {
        fail(path, kWhat, reason(why));
    }
    if (::fsync(file.get()) != 0 || file.close() != 0 ||
        ::rename(temporary.c_str(), destination.c_str()) != 0) {
        fail(path, kWhat, reason(errno));
    }
    leftovers.keep();
    // Makes the rename itself durable; some file systems refuse to sync a folder, which is no loss.
    const Descriptor parent(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.get() >= 0) {
        static_cast<void>(::fsync(parent.get()));
    }
}

}  // namespace nanonas
