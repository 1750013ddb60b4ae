// Bad data and a bad environment: the real program says so in one line and leaves nothing behind.
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "apps/pipeline/resolve.hpp"
#include "tests/apps/program.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

/// Small enough that a whole search takes a second.
const std::string kTiny = " --macc 6000 --search-epochs 1 --epochs 2 --batch 8 --workers 1";

std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text.substr(text.rfind('\n') + 1);
}

/// Runs `search` on a data folder and expects exit 2, an error of one line and no run directory.
std::string refused(const Scratch& scratch, const std::string& data, const std::string& more = "") {
    const Ran ran =
        run(words("search --data " + data + " --out out" + kTiny + more), scratch.folder());
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK_FALSE(exists(scratch.path("out")));
    CHECK_THAT(last_line(ran.err), Catch::StartsWith("nanonas: "));
    return last_line(ran.err);
}

/// A file system of its own under `path`; false when this machine does not let us.
class SmallDisk {
  public:
    SmallDisk(const std::string& path, const std::string& options) : path_(path) {
        fs::create_directories(path);
        mounted_ =
            ::geteuid() == 0 && ::mount("tmpfs", path.c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(path_.c_str(), MNT_DETACH);
        }
    }
    bool make_read_only() const {
        return ::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0;
    }
    explicit operator bool() const { return mounted_; }

  private:
    std::string path_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("folders that are no data set are refused by name") {
    const Scratch scratch;
    CHECK_THAT(refused(scratch, "missing"), Contains("missing"));
    fs::create_directories(scratch.path("empty"));
    CHECK_THAT(refused(scratch, "empty"), Contains("empty"));

    make_images(scratch.path("one"), 1, 6);
    CHECK_THAT(refused(scratch, "one"), Contains("one") && Contains("class"));

    make_images(scratch.path("hollow"), 2, 6);
    fs::create_directories(scratch.path("hollow/class2"));
    CHECK_THAT(refused(scratch, "hollow"), Contains("hollow/class2"));

    make_images(scratch.path("sizes"), 2, 6);
    write(scratch.path("sizes/class1/wide.ppm"), "P6\n3 1\n255\n123456789");
    CHECK_THAT(refused(scratch, "sizes"), Contains("wide.ppm") && Contains("input"));
}

TEST_CASE("a bad image ends the run, or is counted and passed over with --skip-bad") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    write(scratch.path("data/class0/bad.jpg"), std::string("\xFF\xD8\xFF\xE0 cut short", 14));
    CHECK_THAT(refused(scratch, "data"), Contains("data/class0/bad.jpg"));

    const Ran ran = run(words("search --data data --out out --skip-bad" + kTiny), scratch.folder());
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.err, Contains("1 bad image"));
    CHECK_THAT(ran.err, Contains("24 images"));
}

TEST_CASE("truncated IDX and CIFAR files are refused by name") {
    const Scratch scratch;
    fs::create_directories(scratch.path("idx"));
    write(scratch.path("idx/train-images-idx3-ubyte"),
          std::string("\0\0\x08\x03\0\0\0\x0a\0\0\0\x08\0\0\0\x08", 16) + "few");
    write(scratch.path("idx/train-labels-idx1-ubyte"),
          std::string("\0\0\x08\x01\0\0\0\x0a", 8) + std::string(10, '\1'));
    CHECK_THAT(refused(scratch, "idx"), Contains("train-images-idx3-ubyte"));

    fs::create_directories(scratch.path("cifar"));
    write(scratch.path("cifar/data_batch_1.bin"), std::string(3073 + 100, '\1'));
    CHECK_THAT(refused(scratch, "cifar"), Contains("data_batch_1.bin"));
}

TEST_CASE("a budget no network can meet ends with 3 and the smallest cost") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 6);
    const Ran ran = run(words("search --data data --out out --ram 10"), scratch.folder());
    CHECK(ran.code == 3);
    CHECK_THAT(last_line(ran.err),
               Contains("no network fits") && Contains("(1,0)") && Contains("> 10 B by"));
    CHECK_FALSE(exists(scratch.path("out")));
}

TEST_CASE("profile of a network over its bounds ends as a search would") {
    const Scratch scratch;
    const std::string line = "profile --arch 3,3 --input 50x50x3 --quiet ";
    const Ran over = run(words(line + "--ram 1KiB"), scratch.folder());
    CHECK(over.code == 3);
    CHECK(lines(over.err) == 1);
    CHECK_THAT(over.err, Contains("the network does not fit; native: RAM"));
    CHECK_THAT(over.out, Contains("does not fit"));
    CHECK(run(words(line + "--ram 1KiB --runtime all"), scratch.folder()).code == 3);
    // 18 KiB: too few for TensorFlow Lite Micro, enough for the C.
    CHECK(run(words(line + "--ram 18KiB --runtime tflm"), scratch.folder()).code == 3);
    CHECK(run(words(line + "--ram 18KiB --runtime all"), scratch.folder()).code == 0);
}

TEST_CASE("a latency bound keeps the decimals that were given") {
    nanonas::pipeline::BudgetOptions options;
    for (const auto& [milliseconds, microseconds] : std::vector<std::pair<double, std::int64_t>>{
             {1.001, 1001}, {0.001, 1}, {8.1, 8100}, {1.0019, 1001}, {999999.999, 999999999}}) {
        options.max_latency_ms = milliseconds;
        CHECK(nanonas::pipeline::resolve_platform(options).budget.latency_us == microseconds);
    }
}

TEST_CASE("a model of another kind is named, and another chip is not offered") {
    const Scratch scratch;
    write(scratch.path("x.onnx"), std::string("\x08\x07\x12\x07nanonas", 11));
    write(scratch.path("x.h5"), "\x89HDF\r\n\x1a\n12345678");
    const std::pair<std::string, std::string> cases[] = {
        {"profile --model x.onnx", "x.onnx: not a whole ONNX model"},
        {"quantize --model x.onnx --out q", "expected a model.safetensors"},
        {"profile --model x.h5", "it is an HDF5 file"},
        {"profile --arch 3,3 --input 8x8x1 --target nucleo-l432kc", "describes it, or one of"},
    };
    for (const auto& [line, message] : cases) {
        const Ran ran = run(words(line), scratch.folder());
        INFO(line << "\n" << ran.err);
        CHECK(ran.code == 2);
        CHECK(lines(ran.err) == 1);
        CHECK_THAT(ran.err, Contains(message) && !Contains("did you mean"));
    }
}

TEST_CASE("no network fits: latency and energy are told when they are bounded, in ms and uJ") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 6);
    const std::string line = "search --data data --out out --target stm32l412kb ";
    const Ran slow = run(words(line + "--max-latency-ms 0.001"), scratch.folder());
    CHECK(slow.code == 3);
    CHECK_THAT(last_line(slow.err), Contains(" MACC, ") && Contains(" ms at 8x8x3; latency ") &&
                                        Contains(" ms > 0.001 ms by "));
    const Ran hungry = run(words(line + "--max-energy-uj 1"), scratch.folder());
    CHECK(hungry.code == 3);
    CHECK_THAT(last_line(hungry.err),
               Contains(" uJ at 8x8x3; energy ") && Contains(" uJ > 1 uJ by "));
}

TEST_CASE("bench search ends with 3, too, when no network fits") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 6);
    const Ran ran = run(words("bench search --data data --macc 10"), scratch.folder());
    CHECK(ran.code == 3);
    CHECK_THAT(last_line(ran.err), Contains("no network fits") && Contains("(1,0)") &&
                                       Contains("MACC") && Contains("> 10"));
}

TEST_CASE("model files that are none are refused by name") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 6);
    write(scratch.path("empty.safetensors"), "");
    for (const std::string verb :
         {"evaluate --test data", "quantize --data data --out q", "export --out q", "profile"}) {
        const Ran ran = run(words(verb + " --model empty.safetensors"), scratch.folder());
        INFO(verb + ": " + ran.err);
        CHECK(ran.code == 2);
        CHECK_THAT(ran.err, Contains("empty.safetensors"));
        CHECK(lines(ran.err) == 1);
        CHECK_FALSE(exists(scratch.path("q")));
    }
    CHECK_THAT(run(words("export --model data --out q"), scratch.folder()).err,
               Contains("holds no winner"));
}

TEST_CASE("score tables need no data, and a malformed one is refused by row") {
    const Scratch scratch;
    write(scratch.path("scores.csv"),
          "k,c,score\n1,0,0.5\n1,1,0.6\n1,2,0.6\n2,0,0.55\n2,1,0.7\n2,2,0.1\n3,0,0.2\n");
    const Ran ran =
        run(words("search --scores scores.csv --search-only --json --out s"), scratch.folder());
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK_THAT(ran.out, Contains("\"k\": 2") && Contains("\"c\": 1"));
    CHECK_THAT(ran.err, Contains("the table alone decides"));
    CHECK(ran.seconds < 5.0);

    write(scratch.path("bad.csv"), "k,c,score\n1,0,high\n");
    const Ran bad = run(words("search --scores bad.csv --search-only --out b"), scratch.folder());
    CHECK(bad.code == 2);
    CHECK_THAT(bad.err, Contains("bad.csv:2"));
    CHECK_FALSE(exists(scratch.path("b")));
}

TEST_CASE("a result that cannot be written is an error") {
    const std::string line = std::string(kProgram) + " targets > /dev/full 2> /dev/null";
    const int status = std::system(line.c_str());
    CHECK(WEXITSTATUS(status) == 1);
}

TEST_CASE("a full disk ends the run with one line, and room lets it go on") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    const std::string disk_path = scratch.path("disk");
    const SmallDisk disk(disk_path, "size=16k");
    if (!disk) {
        nanonas::testing::skip("no tmpfs can be mounted here");
        return;
    }
    const std::string line = "search --data data --out disk/run --resume" + kTiny;
    const Ran full = run(words(line), scratch.folder());
    INFO(full.err);
    CHECK(full.code == 1);
    CHECK_THAT(last_line(full.err), Contains("disk/run"));
    CHECK_FALSE(exists(scratch.path("disk/run/summary.json")));
    for (const auto& entry : fs::recursive_directory_iterator(disk_path)) {
        CHECK_THAT(entry.path().filename().string(), !Contains("tmp"));
    }
    REQUIRE(::mount("tmpfs", disk_path.c_str(), "tmpfs", MS_REMOUNT, "size=16m") == 0);
    CHECK(run(words(line), scratch.folder()).code == 0);
}

TEST_CASE(
    "a folder that takes no events ends a run before it begins, one line and nothing written") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    write(scratch.path("file"), "");
    CHECK_THAT(refused(scratch, "data", " --tensorboard file/curves"),
               Contains("--tensorboard: file/curves: no folder and none can be made"));
    fs::create_directories(scratch.path("mine"));
    write(scratch.path("mine/events.out.tfevents.1.host"), "");
    CHECK_THAT(refused(scratch, "data", " --tensorboard mine"),
               Contains("--tensorboard: mine holds another run's events"));
    write(scratch.path("plan.json"), R"({"defaults": {"data": "data", "macc": 6000}})");
    const Ran batch = run({"batch", "plan.json", "--out", "out", "--tensorboard", "file/curves"},
                          scratch.folder());
    CHECK(batch.code == 2);
    CHECK_THAT(last_line(batch.err), Contains("--tensorboard: file/curves: no folder"));
    CHECK_FALSE(exists(scratch.path("out")));

    const SmallDisk disk(scratch.path("disk"), "size=8k");
    if (!disk) {
        nanonas::testing::skip("mounts no file system of its own");
        return;
    }
    write(scratch.path("disk/all"), std::string(8192, 'x'));
    CHECK_THAT(refused(scratch, "data", " --tensorboard disk/curves"),
               Contains("--tensorboard: disk/curves") && Contains("No space left"));
    CHECK_FALSE(exists(scratch.path("disk/curves")));
}

TEST_CASE("a disk that fills under the events of a run is a line, and the run goes on") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    const SmallDisk disk(scratch.path("disk"), "size=24k");
    if (!disk) {
        nanonas::testing::skip("mounts no file system of its own");
        return;
    }
    const Ran ran = run(words("search --data data --out out --tensorboard disk/curves" + kTiny),
                        scratch.folder());
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.err, Contains("No space left") && Contains("no more curves are written"));
    CHECK(exists(scratch.path("out/summary.json")));
}

TEST_CASE("what a full disk cannot take whole leaves nothing, and the same again goes well") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    const SmallDisk disk(scratch.path("disk"), "size=32k");
    if (!disk) {
        nanonas::testing::skip("no tmpfs can be mounted here");
        return;
    }
    REQUIRE(run(words("train --data data --arch 2,1 --epochs 1 --check-images 0 --out a --quiet"),
                scratch.folder())
                .code == 0);
    std::vector<std::string> lines_to_run = {
        "quantize --model a --data data --check-images 0 --out disk/q",
        "export --model a --vectors 300 --out disk/x"};
    for (const char* format : {"arduino", "zephyr", "platformio"}) {
        lines_to_run.push_back("export --model a --out disk/x --format " + std::string(format));
    }
    for (const std::string& line : lines_to_run) {
        const Ran full = run(words(line), scratch.folder());
        INFO(line << "\n" << full.err);
        CHECK(full.code == 1);
        CHECK_THAT(last_line(full.err), Contains("disk/") && Contains("No space left"));
        CHECK(fs::is_empty(scratch.path("disk")));
    }
    REQUIRE(::mount("tmpfs", scratch.path("disk").c_str(), "tmpfs", MS_REMOUNT, "size=16m") == 0);
    for (const std::string& line : lines_to_run) {
        const Ran room = run(words(line), scratch.folder());
        INFO(line << "\n" << room.err);
        CHECK(room.code == 0);
        fs::remove_all(scratch.path("disk/x"));
    }
}

TEST_CASE("a read-only disk ends the run with one line") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 6);
    const SmallDisk disk(scratch.path("disk"), "size=1m");
    if (!disk || !disk.make_read_only()) {
        nanonas::testing::skip("no tmpfs can be mounted here");
        return;
    }
    const Ran ran = run(words("search --data data --out disk/run" + kTiny), scratch.folder());
    CHECK(ran.code == 2);
    CHECK_THAT(last_line(ran.err), Contains("disk/run"));
}
