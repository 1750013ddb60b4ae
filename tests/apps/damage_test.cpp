// What a run keeps on disk, damaged, edited, left over or taken away: told, or made again.
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "apps/nanonas/options/command_line.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run_directory.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

const std::string kTrain =
    "train --arch 1,1 --data data --epochs 1 --batch 8 --check-images 0 --resume --out ";

struct Run : Scratch {
    Run() {
        make_images(path("data"), 2, 12);
        first = run(words(kTrain + "a"), folder());
    }
    Ran again() const { return run(words(kTrain + "a"), folder()); }
    Ran first;
};

std::string flipped(std::string bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    return bytes;
}

/// The command as the program understands it, with paths that do not depend on the folder.
pipeline::Config config_of(const Scratch& scratch, const std::string& more = "") {
    app::Command command = app::parse_command(
        words("nanonas train --arch 1,1 --data " + scratch.path("data") +
              " --epochs 1 --batch 8 --check-images 0 --out " + scratch.path("a") + more));
    pipeline::resolve_defaults(command.config);
    return command.config;
}

}  // namespace

TEST_CASE("a flipped bit in any product or in the summary of a finished run is noticed") {
    const Run scratch;
    INFO(scratch.first.err);
    REQUIRE(scratch.first.code == 0);
    const pipeline::Config config = config_of(scratch, " --resume");
    const auto plan_now = [&] {
        return pipeline::plan_run(config, pipeline::Verb::kTrain,
                                  {config.output.out, config.output.resume});
    };
    REQUIRE(plan_now().finished);
    const auto summary = nlohmann::json::parse(read(scratch.path("a/summary.json")));
    REQUIRE(summary["products"].size() > 8);
    for (const auto& [name, check] : summary["products"].items()) {
        const std::string file = scratch.path("a/winner/" + name);
        const std::string bytes = read(file);
        CHECK(check == checksum(bytes));
        // Every byte of small files, and of large ones as many, evenly.
        const std::size_t step = bytes.size() / 200 + 1;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            INFO(name << ", byte " << at);
            write(file, flipped(bytes, 8 * at + at % 8));
            const pipeline::RunPlan plan = plan_now();
            REQUIRE_FALSE(plan.finished);
            REQUIRE(plan.amiss == "winner/" + name + " is damaged");
        }
        write(file, bytes.substr(0, bytes.size() / 2));
        CHECK_FALSE(plan_now().finished);
        write(file, bytes);
    }
    const std::string file = scratch.path("a/summary.json");
    const std::string bytes = read(file);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 5) {
        INFO("summary.json, bit " << bit);
        write(file, flipped(bytes, bit));
        const pipeline::RunPlan plan = plan_now();
        REQUIRE_FALSE(plan.finished);
        REQUIRE(plan.amiss == "summary.json is damaged");
    }
    write(file, bytes);
    CHECK(plan_now().finished);
}

TEST_CASE("what is damaged is made again by --resume, byte for byte") {
    const Run scratch;
    REQUIRE(scratch.first.code == 0);
    const auto summary = nlohmann::json::parse(read(scratch.path("a/summary.json")));
    for (const char* name : {"winner/model.tflite", "winner/c/model.c", "summary.json"}) {
        INFO(name);
        const std::string file = scratch.path(std::string("a/") + name);
        const std::string bytes = read(file);
        write(file, flipped(bytes, 4 * bytes.size()));
        const Ran again = scratch.again();
        INFO(again.err);
        REQUIRE(again.code == 0);
        CHECK_THAT(again.err, Contains(std::string(name) + " is damaged: made again"));
        const auto made = nlohmann::json::parse(read(scratch.path("a/summary.json")));
        CHECK(made["products"] == summary["products"]);
        CHECK_THAT(scratch.again().err, Contains("this run is finished"));
    }
}

TEST_CASE("a model of a run that is not what the run wrote is not used") {
    const Run scratch;
    REQUIRE(scratch.first.code == 0);
    const std::string file = scratch.path("a/winner/model.safetensors");
    const std::string bytes = read(file);
    for (const char* line :
         {"evaluate --model a --test data", "profile --model a", "export --model a --out e",
          "quantize --model a --data data --out q"}) {
        INFO(line);
        write(file, flipped(bytes, 8 * bytes.size() - 20));
        const Ran ran = run(words(line), scratch.folder());
        CHECK(ran.code == 2);
        CHECK(ran.err ==
              "nanonas: a/winner/model.safetensors: damaged, not what its run wrote; the run's "
              "command with --resume makes it again\n");
        write(file, bytes);
    }
    CHECK(run(words("evaluate --model a --test data --quiet"), scratch.folder()).code == 0);
}

TEST_CASE("a damaged checkpoint is one line that names it, and the way out") {
    const Run scratch;
    REQUIRE(scratch.first.code == 0);
    std::filesystem::remove(scratch.path("a/summary.json"));
    const std::string file = scratch.path("a/training.ckpt");
    const std::string bytes = read(file);
    write(file, flipped(bytes, 8 * bytes.size() - 20));
    const Ran again = run(words(kTrain + "a --quiet"), scratch.folder());
    CHECK(again.code == 2);
    CHECK(again.err ==
          "nanonas: a/training.ckpt: damaged, its check does not fit; delete it to train from the "
          "start\n");
    std::filesystem::remove(file);
    CHECK(scratch.again().code == 0);
    const bool same = read(file) == bytes;
    CHECK(same);
}

TEST_CASE("a summary without a check lacks a key: one line that names file and key") {
    const Run scratch;
    REQUIRE(scratch.first.code == 0);
    const std::string file = scratch.path("a/summary.json");
    nlohmann::json old = nlohmann::json::parse(read(file));
    old.erase("check");
    nlohmann::json names = nlohmann::json::array();
    for (const auto& [name, check] : old["products"].items()) {
        names.push_back(name);
    }
    old["products"] = names;  // as earlier versions wrote it
    old["winner"].erase("name");
    write(file, old.dump(2));
    CHECK_THAT(scratch.again().err, Contains("this run is finished"));
    for (const char* place : {"/accuracy/validation/float", "/cost/ram_bytes", "/cost/macc/value",
                              "/files/run", "/winner/k", "/c_check/asked"}) {
        INFO(place);
        nlohmann::json less = old;
        const nlohmann::json::json_pointer pointer(place);
        less.at(pointer.parent_pointer()).erase(pointer.back());
        write(file, less.dump(2));
        const Ran again = scratch.again();
        CHECK(again.code == 2);
        CHECK(lines(again.err) == 1);
        CHECK_THAT(again.err, Contains("a/summary.json: not the summary of a run (") &&
                                  Contains("'" + pointer.back() + "'"));
    }
}

TEST_CASE("what kill -9 left is removed by the resume, what is the user's is not") {
    const Run scratch;
    REQUIRE(scratch.first.code == 0);
    std::filesystem::remove(scratch.path("a/summary.json"));
    std::filesystem::create_directories(scratch.path("a/nanonas-scratch-a1B2c3/c"));
    write(scratch.path("a/nanonas-scratch-a1B2c3/c/model.c"), "half");
    const std::vector<std::string> left = {"a/summary.json.tmp4711.0", "a/training.ckpt.tmp12.345",
                                           "a/winner/model.tflite.tmp4711.2",
                                           "a/winner/c/model.c.tmp9.1"};
    const std::vector<std::string> kept = {"a/notes.tmp", "a/winner/x.tmp12", "a/x.tmp1.2.gz"};
    for (const auto& names : {left, kept}) {
        for (const std::string& name : names) {
            write(scratch.path(name), "x");
        }
    }
    REQUIRE(scratch.again().code == 0);
    for (const std::string& name : left) {
        INFO(name);
        CHECK_FALSE(exists(scratch.path(name)));
    }
    for (const std::string& name : kept) {
        INFO(name);
        CHECK(exists(scratch.path(name)));
    }
    CHECK_FALSE(exists(scratch.path("a/nanonas-scratch-a1B2c3")));
}

TEST_CASE("a run directory removed or replaced under a living process is not written again") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    for (const bool replaced : {false, true}) {
        CAPTURE(replaced);
        const std::string line =
            "train --arch 1,1 --data data --epochs 100000 --batch 8 --check-images 0 --out gone";
        Program program(words(line), scratch.folder(), "gone");
        for (int i = 0; i < 600 && !exists(scratch.path("gone/training.ckpt")); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        REQUIRE(exists(scratch.path("gone/training.ckpt")));
        std::filesystem::rename(scratch.path("gone"), scratch.path("moved"));
        if (replaced) {
            std::filesystem::create_directories(scratch.path("gone"));
            write(scratch.path("gone/.lock"), "1");
        }
        const Ran ended = program.wait();
        INFO(ended.err);
        CHECK(ended.code == 2);
        CHECK_THAT(ended.err, Contains("nanonas: gone: removed or replaced while this process "
                                       "worked in it; nothing more is written\n"));
        CHECK_FALSE(exists(scratch.path("gone/training.ckpt")));
        CHECK_FALSE(exists(scratch.path("gone/winner")));
        std::filesystem::remove_all(scratch.path("gone"));
        std::filesystem::remove_all(scratch.path("moved"));
    }
}

TEST_CASE("the plan of a run is made again under its lock") {
    const Run scratch;
    REQUIRE(scratch.first.code == 0);
    const std::string data = read(scratch.path("a/data.json"));
    const pipeline::Config config = config_of(scratch);
    // As a process that found the directory empty, and was slower than the one that filled it.
    CHECK_THROWS_WITH(pipeline::RunDirectory(scratch.path("a"), config, pipeline::Verb::kTrain,
                                             false, {{"training", "other"}}),
                      Contains("already holds a run"));
    CHECK(read(scratch.path("a/data.json")) == data);
    CHECK_THROWS_WITH(pipeline::RunDirectory(scratch.path("a"), config, pipeline::Verb::kTrain,
                                             true, {{"training", "other"}}),
                      Contains("the images have changed"));
    CHECK(read(scratch.path("a/data.json")) == data);
    const pipeline::RunDirectory resumed(scratch.path("a"), config, pipeline::Verb::kTrain, true,
                                         nlohmann::json::parse(data));
    CHECK(resumed.plan().finished);
    CHECK(read(scratch.path("a/data.json")) == data);
}

TEST_CASE("a resume on another build or processor is refused with the reason") {
    const Run scratch;
    REQUIRE(scratch.first.code == 0);
    const std::string line =
        "search --data data --macc 4000 --search-epochs 1 --epochs 1 --batch 8 --search-only "
        "--quiet --resume --out s";
    REQUIRE(run(words(line), scratch.folder()).code == 0);
    std::filesystem::remove(scratch.path("s/summary.json"));
    const std::string journal = read(scratch.path("s/journal.jsonl"));
    const std::size_t end = journal.find('\n');
    const auto header = nlohmann::json::parse(journal.substr(0, end));
    for (const char* key : {"build", "simd", "probe"}) {
        INFO(key);
        CHECK_FALSE(header.at(key).get<std::string>().empty());
        auto other = nlohmann::ordered_json::parse(journal.substr(0, end));
        other[key] = "elsewhere";
        other["check"] = kBlankCheck;
        write(scratch.path("s/journal.jsonl"), sealed(other.dump()) + journal.substr(end));
        const Ran again = run(words(line), scratch.folder());
        CHECK(again.code == 2);
        CHECK(lines(again.err) == 1);
        CHECK_THAT(again.err,
                   Contains("s/journal.jsonl:1: started with ") &&
                       Contains(" elsewhere, here it is " + header.at(key).get<std::string>()));
    }
    write(scratch.path("s/journal.jsonl"), journal);
    CHECK(run(words(line), scratch.folder()).code == 0);
}

TEST_CASE("names that hold escapes or turn the direction of text are shown escaped") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    std::filesystem::rename(scratch.path("data/class0"), scratch.path("data/a\x1b[31m\xe2\x80\xae"
                                                                      "b"));
    const std::string line =
        "train --arch 1,0 --data data --epochs 1 --batch 8 --check-images 0 "
        "--out r";
    const Ran ran = run(words(line), scratch.folder());
    if (ran.code == 0) {
        const Ran shown = run(words("evaluate --model r --test data"), scratch.folder());
        CHECK(shown.code == 0);
        for (const std::string& text : {ran.out, ran.err, shown.out, shown.err}) {
            CHECK_THAT(text, !Contains("\x1b[31m") && !Contains("\xe2\x80\xae"));
        }
        CHECK_THAT(shown.out, Contains("a\\x1b[31m\\u{202e}b"));
    } else {
        CHECK(ran.code == 2);
        CHECK(lines(ran.err) == 1);
        CHECK_THAT(ran.err, !Contains("\x1b[31m") && !Contains("\xe2\x80\xae"));
    }
}
