#include "space/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "space/errors.hpp"

namespace nanonas {

namespace {

namespace fs = std::filesystem;

constexpr const char* kUnwritten = "cannot be written";

[[noreturn]] void fail(const std::string& path, const char* what, const std::string& why) {
    throw IoError(path + ": " + what + " (" + why + ")");
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

/// Removes the files and the folders made, unless kept.
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
            throw_io_error(path, kUnwritten + (", folder " + next->string()), error.value());
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

/// A file on the disk under another name, beside the one it is to become.
struct Staged {
    const std::string* path;  ///< as the caller names it
    fs::path temporary;
    fs::path destination;
    bool is_new = false;
};

Staged stage(const FileContent& file, Leftovers& leftovers) {
    static std::atomic<unsigned> serial{0};
    std::error_code error;
    Staged staged{&file.path, {}, file.path};
    if (fs::is_symlink(staged.destination, error)) {
        staged.destination = fs::weakly_canonical(staged.destination, error);
    }
    staged.is_new = !fs::exists(staged.destination, error);
    // A rename would replace a device node.
    if (file.path.empty() || (!staged.is_new && !fs::is_regular_file(staged.destination))) {
        fail(file.path, kUnwritten, "not a regular file");
    }
    if (file.folders == Folders::kMake) {
        make_folders(staged.destination.parent_path(), file.path, leftovers);
    }

    staged.temporary = staged.destination.string() + ".tmp" + std::to_string(::getpid()) + "." +
                       std::to_string(serial++);
    Descriptor open(
        ::open(staged.temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (open.get() < 0) {
        throw_io_error(file.path, kUnwritten, errno);
    }
    leftovers.add(staged.temporary);
    if (const int why = write_all(open.get(), file.bytes); why != 0) {
        throw_io_error(file.path, kUnwritten, why);
    }
    if (::fsync(open.get()) != 0 || open.close() != 0) {
        throw_io_error(file.path, kUnwritten, errno);
    }
    return staged;
}

/// Makes renames in it durable; some file systems refuse to sync a folder, which is no loss.
void sync_folder(const fs::path& folder) {
    const Descriptor open(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (open.get() >= 0) {
        static_cast<void>(::fsync(open.get()));
    }
}

}  // namespace

void throw_io_error(const std::string& path, const std::string& what, int error) {
    const std::string message =
        path + ": " + what + " (" + std::generic_category().message(error) + ")";
    if (error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO) {
        throw DiskFull(message);
    }
    throw IoError(message);
}

std::string read_file(const std::string& path) {
    constexpr const char* kWhat = "cannot be read";
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        throw_io_error(path, kWhat, errno);
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
            throw_io_error(path, kWhat, errno);
        }
    }
}

void write_files(const std::vector<FileContent>& files) {
    Leftovers leftovers;
    std::vector<Staged> all;
    for (const FileContent& file : files) {
        all.push_back(stage(file, leftovers));
    }
    std::set<fs::path> folders;
    for (const Staged& staged : all) {
        if (::rename(staged.temporary.c_str(), staged.destination.c_str()) != 0) {
            throw_io_error(*staged.path, kUnwritten, errno);
        }
        if (staged.is_new) {
            leftovers.add(staged.destination);
        }
        folders.insert(staged.destination.parent_path());
    }
    leftovers.keep();
    for (const fs::path& folder : folders) {
        sync_folder(folder);
    }
}

void write_file(const std::string& path, const std::string& bytes, Folders folders) {
    write_files({{path, bytes, folders}});
}

}  // namespace nanonas
