#include "space/files.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <iterator>

#include "space/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

using Folder = testing::TemporaryFolder;

std::ptrdiff_t entries(const Folder& folder) {
    return std::distance(fs::recursive_directory_iterator(folder.path()),
                         fs::recursive_directory_iterator());
}

/// While it lives, writing past `bytes` of a file fails as on a full disk.
class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    void (*handler_)(int);
    rlimit before_ = {};
};

}  // namespace

TEST_CASE("what is written is read back, byte for byte") {
    const Folder folder;
    std::string bytes(300'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(i * 7 % 256);
    }
    for (const std::string& content : {bytes, std::string(), std::string("short")}) {
        write_file(folder / "file", content);
        CHECK(read_file(folder / "file") == content);
    }
    CHECK(entries(folder) == 1);
}

TEST_CASE("parent folders are made") {
    const Folder folder;
    write_file(folder / "a/b/c.txt", "x");
    CHECK(read_file(folder / "a/b/c.txt") == "x");
}

TEST_CASE("a file that cannot be read is named with the reason") {
    const Folder folder;
    CHECK_THROWS_AS(read_file(folder / "none"), IoError);
    CHECK_THROWS_WITH(read_file(folder / "none"),
                      Contains((folder / "none") + ": cannot be read (No such file"));
    CHECK_THROWS_WITH(read_file(folder / "."), Contains("cannot be read (Is a directory)"));
}

TEST_CASE("a place that takes no file is an error that leaves nothing behind") {
    const Folder folder;
    CHECK_THROWS_AS(write_file("/proc/nanonas", "x"), IoError);
    CHECK_THROWS_AS(write_file("/proc/nanonas/file", "x"), IoError);
    CHECK_THROWS_AS(write_file("", "x"), IoError);
    write_file(folder / "file", "x");
    CHECK_THROWS_WITH(write_file(folder / "file/below", "y"), Contains("cannot be written"));
    fs::create_directory(folder / "taken");
    CHECK_THROWS_WITH(write_file(folder / "taken", "y"), Contains("not a regular file"));
    CHECK(entries(folder) == 2);
}

TEST_CASE("a device is never replaced by a file") {
    CHECK_THROWS_AS(write_file("/dev/full", "x"), IoError);
    CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a full disk leaves the old file and no other") {
    const Folder folder;
    write_file(folder / "file", "old");
    const std::string large(20'000, 'x');
    {
        const FullDisk full(8192);
        CHECK_THROWS_WITH(write_file(folder / "file", large), Contains("cannot be written"));
        CHECK_THROWS_AS(write_file(folder / "new/folder/file", large), IoError);
    }
    CHECK(read_file(folder / "file") == "old");
    CHECK(entries(folder) == 1);
}

TEST_CASE("of several files all are written or none, and no folder is left") {
    const Folder folder;
    write_file(folder / "old", "old");
    const std::string large(20'000, 'x');
    {
        const FullDisk full(8192);
        CHECK_THROWS_WITH(write_files({{folder / "old", "new"},
                                       {folder / "a/first", "x"},
                                       {folder / "a/b/second", large},
                                       {folder / "third", "x"}}),
                          Contains("a/b/second: cannot be written"));
    }
    CHECK(read_file(folder / "old") == "old");
    CHECK(entries(folder) == 1);

    fs::create_directory(folder / "taken");
    CHECK_THROWS_AS(write_files({{folder / "first", "x"}, {folder / "taken", "y"}}), IoError);
    CHECK(entries(folder) == 2);

    write_files({{folder / "old", "new"}, {folder / "a/first", large}});
    CHECK(read_file(folder / "old") == "new");
    CHECK(read_file(folder / "a/first") == large);
    CHECK(entries(folder) == 4);
}

TEST_CASE("a symbolic link keeps pointing to the file it names") {
    const Folder folder;
    write_file(folder / "real", "old");
    fs::create_symlink(folder / "real", folder / "link");
    write_file(folder / "link", "new");
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(read_file(folder / "real") == "new");
}
