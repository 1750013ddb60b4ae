#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "tests/train/data/support.hpp"
#include "train/data/cache_file.hpp"
#include "train/data/cache_folder.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

/// Loads through the cache; counts the images decoded for it.
struct CachedLoad {
    explicit CachedLoad(const TemporaryFolder& folder) {
        options.memory_allowance_bytes = 100;
        options.cache_directory = folder / "cache";
        options.progress = [this](std::int64_t, std::int64_t) { ++decoded; };
    }
    LoadedSet load(const std::string& path) {
        decoded = 0;
        return load_training(path, options, 0.3, 1).set;
    }
    LoadOptions options;
    int decoded = 0;
};

std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> files;
    if (fs::exists(folder)) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            files.push_back(entry.path().string());
        }
    }
    return files;
}

[[maybe_unused]] std::int64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::int64_t pages = 0;
    file >> pages >> pages;
    return pages * sysconf(_SC_PAGESIZE);
}

}  // namespace

TEST_CASE("a set beyond the allowance is mapped, with the same pixels and fingerprint") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 3, 5, 7, 5);
    const LoadedSet plain = load_training(folder / "data", {}, 0.3, 1).set;
    CachedLoad cached(folder);
    for (const int decoded : {15, 0}) {
        const LoadedSet set = cached.load(folder / "data");
        CHECK(cached.decoded == decoded);
        CHECK(set.fingerprint == plain.fingerprint);
        CHECK(set.labels == plain.labels);
        const space::ImageView a = plain.store->view();
        const space::ImageView b = set.store->view();
        REQUIRE(b.count == a.count);
        CHECK(Bytes(a.pixels, a.pixels + 15 * 105) == Bytes(b.pixels, b.pixels + 15 * 105));
        CHECK(std::equal(a.labels, a.labels + a.count, b.labels));
    }
    CHECK(files_in(folder / "cache").size() == 1);
}

TEST_CASE("IDX goes through the cache too") {
    const TemporaryFolder folder;
    write_idx(folder / "data");
    CachedLoad cached(folder);
    const std::uint64_t print = load_training(folder / "data", {}, 0.3, 1).set.fingerprint;
    CHECK(cached.load(folder / "data").fingerprint == print);
    CHECK(cached.load(folder / "data").fingerprint == print);
    CHECK(cached.decoded == 0);
}

TEST_CASE("a cache is not reused for other sources, shapes or options") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    CachedLoad cached(folder);
    cached.load(folder / "data");
    REQUIRE(cached.decoded == 6);
    cached.options.input = space::Shape{7, 6, 3};
    cached.load(folder / "data");
    CHECK(cached.decoded == 6);
    cached.options.input.reset();
    write_image(folder / "data/class1/2.png", 7, 5, 3, 50);
    cached.load(folder / "data");
    CHECK(cached.decoded == 6);
    write_image(folder / "data/class1/3.png", 7, 5, 3, 51);
    cached.load(folder / "data");
    CHECK(cached.decoded == 7);
    cached.options.skip_bad = true;
    cached.load(folder / "data");
    CHECK(cached.decoded == 7);
}

TEST_CASE("skipped images are remembered by the cache") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    write_text(folder / "data/class0/bad.png", "bad");
    CachedLoad cached(folder);
    cached.options.skip_bad = true;
    for (const int decoded : {7, 0}) {
        const LoadedSet set = cached.load(folder / "data");
        CHECK(cached.decoded == decoded);
        CHECK(set.skipped == 1);
        CHECK(set.store->view().count == 6);
    }
}

TEST_CASE("a damaged cache file is built anew") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    CachedLoad cached(folder);
    const std::uint64_t print = cached.load(folder / "data").fingerprint;
    const std::string path = files_in(folder / "cache").at(0);
    const Bytes whole = read_bytes(path);
    const auto check_rebuilt = [&](const Bytes& damaged, int expected) {
        fs::remove(path);
        write_bytes(path, damaged);
        CHECK(cached.load(folder / "data").fingerprint == print);
        CHECK(cached.decoded == expected);
        CHECK(read_bytes(path) == whole);
    };
    check_rebuilt(whole, 0);
    check_rebuilt({}, 6);
    for (const std::size_t length : {std::size_t{50}, std::size_t{4096}, whole.size() - 1}) {
        check_rebuilt(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)), 6);
    }
    Bytes longer = whole;
    longer.push_back(0);
    check_rebuilt(longer, 6);
    for (std::size_t at = 0; at < 96; ++at) {  // the header, its check sum included
        Bytes flipped = whole;
        flipped[at] ^= 0x40;
        INFO("header byte " << at);
        check_rebuilt(flipped, 6);
    }
    for (const std::size_t at : {whole.size() - 4, std::size_t{4096}, std::size_t{4096 + 629}}) {
        Bytes flipped = whole;  // a label, the first and the last pixel
        flipped[at] ^= 0x40;
        INFO("byte " << at);
        check_rebuilt(flipped, 6);
    }
}

TEST_CASE("a failed load leaves no cache file behind") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    write_text(folder / "data/class1/bad.png", "bad");
    CachedLoad cached(folder);
    CHECK_THROWS_AS(cached.load(folder / "data"), DataError);
    CHECK(files_in(folder / "cache").empty());
}

TEST_CASE("a cache is not reused when a file was exchanged under its name, size and time") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    for (int i = 0; i < 2; ++i) {
        write_image(folder / ("data/class1/" + std::to_string(i) + ".bmp"), 7, 5, 3, i);
    }
    const fs::path first = folder / "data/class1/0.bmp";
    CachedLoad cached(folder);
    const std::uint64_t print = cached.load(folder / "data").fingerprint;
    const auto time = fs::last_write_time(first);
    // Written over in place, so that the inode stays as well; file systems count in milliseconds.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    write_image(first.string(), 7, 5, 3, 99);
    fs::last_write_time(first, time);
    CHECK(cached.load(folder / "data").fingerprint != print);
    CHECK(cached.decoded == 8);
    // Only the newest state of a set is kept.
    CHECK(files_in(folder / "cache").size() == 1);
}

TEST_CASE("leftovers of killed runs and caches long unused go when a new one is written") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    const std::string name = "0123456789abcdef-0123456789abcdef.images";
    const auto days_ago = [](int days) {
        return fs::file_time_type::clock::now() - std::chrono::hours(24 * days);
    };
    for (const std::string& other : {name + ".7.0.partial", std::string("mine.images"),
                                     std::string("0123456789abcdef.images"), name}) {
        write_text(folder / ("cache/" + other), "x");
    }
    fs::last_write_time(folder / ("cache/" + name), days_ago(29));
    fs::last_write_time(folder / "cache/0123456789abcdef.images", days_ago(31));
    fs::last_write_time(folder / "cache/mine.images", days_ago(31));
    // Another process at work.
    std::string held;
    const int file = open_partial(folder / ("cache/" + name), held);
    REQUIRE(file >= 0);
    CachedLoad cached(folder);
    cached.load(folder / "data");
    CHECK(files_in(folder / "cache").size() == 4);
    CHECK(fs::exists(held));
    CHECK(fs::exists(folder / ("cache/" + name)));
    CHECK(fs::exists(folder / "cache/mine.images"));
    ::close(file);
}

TEST_CASE("a cache in use is not old") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    CachedLoad cached(folder);
    cached.load(folder / "data");
    const std::string path = files_in(folder / "cache").at(0);
    const auto old = fs::file_time_type::clock::now() - std::chrono::hours(24 * 40);
    fs::last_write_time(path, old);
    cached.load(folder / "data");
    CHECK(cached.decoded == 0);
    CHECK(fs::last_write_time(path) > old);
}

TEST_CASE("what a process has mapped stays, whoever writes the same cache") {
    const TemporaryFolder folder;
    const space::Shape shape{8, 8, 1};
    const std::string path = folder / "x.images";
    CacheWriter first(path, 1, shape);
    CacheWriter second(path, 1, shape);
    const Bytes image(64, 9);
    const auto finish = [&image](CacheWriter& writer) {
        for (int i = 0; i < 1000; ++i) {
            writer.append(image.data(), 1);
        }
        writer.finish(std::vector<std::int32_t>(1000, 0), 5, 0);
    };
    finish(first);
    const auto set = open_cache(path, 1, shape, 1);
    REQUIRE(set.has_value());
    second.append(image.data(), 1);
    CHECK(fs::file_size(path) > 64000);
    CacheWriter third(path, 1, shape);
    finish(third);
    const space::ImageView view = set->store->view();
    CHECK(std::count(view.pixels, view.pixels + 64000, 9) == 64000);
    CHECK(first.reopen(1).store->view().count == 1000);
    CHECK(third.reopen(1).store->view().count == 1000);
}

TEST_CASE("many processes may load one new set at once") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 20, 30, 30);
    const std::uint64_t print = load_training(folder / "data", {}, 0.3, 1).set.fingerprint;
    for (int round = 0; round < 6; ++round) {
        fs::remove_all(folder / "cache");
        std::vector<pid_t> children;
        for (int i = 0; i < 12; ++i) {
            const pid_t child = fork();
            REQUIRE(child >= 0);
            if (child == 0) {
                int status = 1;
                try {
                    CachedLoad cached(folder);
                    const LoadedSet set = cached.load(folder / "data");
                    const space::ImageView view = set.store->view();
                    std::int64_t sum = 0;
                    for (int pass = 0; pass < 20; ++pass) {
                        set.store->release_pages();
                        for (std::int64_t at = 0; at < view.count * 2700; at += 100) {
                            sum += view.pixels[at];
                        }
                    }
                    status = set.fingerprint == print && sum > 0 ? 0 : 2;
                } catch (...) {
                    status = 3;
                }
                _exit(status);
            }
            children.push_back(child);
        }
        for (const pid_t child : children) {
            int status = 0;
            REQUIRE(waitpid(child, &status, 0) == child);
            CHECK(WIFEXITED(status));
            CHECK(WEXITSTATUS(status) == 0);
        }
        CHECK(files_in(folder / "cache").size() == 1);
    }
}

namespace {

/// An environment variable set for a while.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        const char* before = std::getenv(name);
        before_ = before != nullptr ? std::optional<std::string>(before) : std::nullopt;
        setenv(name, value.c_str(), 1);
    }
    ~Variable() {
        if (before_) {
            setenv(name_, before_->c_str(), 1);
        } else {
            unsetenv(name_);
        }
    }

  private:
    const char* name_;
    std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("without a home that takes the cache it goes into the temporary folder, else to memory") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    write_text(folder / "file", "no folder");
    fs::create_directories(folder / "tmp");
    const std::uint64_t print = load_training(folder / "data", {}, 0.3, 1).set.fingerprint;
    CachedLoad cached(folder);
    cached.options.cache_directory.clear();
    const Variable xdg("XDG_CACHE_HOME", "");
    const std::string ours = folder / ("tmp/nanonas-cache-" + std::to_string(getuid()));
    for (const std::string& home : {std::string(), folder / "file"}) {
        INFO("HOME=" << home);
        const Variable set_home("HOME", home);
        const Variable temporary("TMPDIR", folder / "tmp");
        CHECK(cached.load(folder / "data").fingerprint == print);
        CHECK(files_in(ours).size() == 1);
        CHECK(cached.load(folder / "data").fingerprint == print);
        CHECK(cached.decoded == 0);
        fs::remove_all(ours);
        // Not into a folder that others may write.
        fs::create_directories(ours);
        fs::permissions(ours, fs::perms::all);
        CHECK(cached.load(folder / "data").fingerprint == print);
        CHECK(cached.decoded == 6);
        CHECK(files_in(ours).empty());
        fs::remove_all(ours);
        const Variable nowhere("TMPDIR", folder / "file");
        CHECK(cached.load(folder / "data").fingerprint == print);
        CHECK(cached.decoded == 6);
    }
}

TEST_CASE("a disk that takes no more is an I/O error and leaves nothing") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 40, 40);
    CachedLoad cached(folder);
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    rlimit tight = before;
    tight.rlim_cur = 8192;
    const auto handler = signal(SIGXFSZ, SIG_IGN);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    std::string message;
    try {
        cached.load(folder / "data");
    } catch (const IoError& error) {
        message = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    CHECK_THAT(
        message,
        Contains("image cache cannot be written, --cache DIR puts it elsewhere (File too large)"));
    CHECK(files_in(folder / "cache").empty());
}

TEST_CASE("a cache folder that cannot be made is an I/O error") {
    const TemporaryFolder folder;
    write_class_folders(folder / "data", 2, 3, 7, 5);
    write_text(folder / "cache", "a file in its place");
    CachedLoad cached(folder);
    CHECK_THAT(message_of<IoError>([&] { cached.load(folder / "data"); }),
               Contains("cache: image cache folder cannot be made"));
}

// The thread sanitizer keeps shadow pages of its own for what is read.
#if !defined(__SANITIZE_THREAD__)
TEST_CASE("pages that were read do not stay resident") {
    const TemporaryFolder folder;
    const space::Shape shape{256, 256, 3};
    constexpr std::int64_t kImages = 320;  // 60 MiB
    {
        CacheWriter writer(folder / "x.images", 1, shape);
        const Bytes image(static_cast<std::size_t>(shape.elements()), 9);
        for (std::int64_t i = 0; i < kImages; ++i) {
            writer.append(image.data(), 1);
        }
        writer.finish(std::vector<std::int32_t>(kImages, 0), 0, 0);
    }
    const auto set = open_cache(folder / "x.images", 1, shape, 1, 16 << 20);
    REQUIRE(set.has_value());
    const std::int64_t before = resident_bytes();
    std::int64_t sum = 0;
    const space::ImageView view = set->store->view();
    for (std::int64_t i = 0; i < view.count * shape.elements(); i += 64) {
        sum += view.pixels[i];
    }
    CHECK(sum == 9 * kImages * shape.elements() / 64);
    std::int64_t resident = resident_bytes();
    for (int wait = 0; wait < 100 && resident > before + (20 << 20); ++wait) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        resident = resident_bytes();
    }
    CHECK(resident < before + (20 << 20));
    for (std::int64_t i = 0; i < view.count; ++i) {
        sum += view.image(i)[0];
    }
    set->store->release_pages();
    CHECK(view.image(3)[5] == 9);
    CHECK(resident_bytes() < before + (4 << 20));
}
#endif
