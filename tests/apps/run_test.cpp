// Whole runs of the real program: what they leave, and that being stopped changes nothing.
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "space/random.hpp"
#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

const std::string kSearch =
    "search --data data --test test --macc 20000 --search-epochs 1 --epochs 60 --batch 8 --quiet";

nlohmann::json answers(const std::string& file) {
    const nlohmann::json summary = nlohmann::json::parse(read(file));
    return {{"winner", summary["winner"]},
            {"accuracy", summary["accuracy"]},
            {"training", summary["training"]},
            {"cost", summary["cost"]}};
}

void pause(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

struct Folder : Scratch {
    Folder() {
        make_images(path("data"), 3, 40);
        make_images(path("test"), 3, 10, 2);
    }
};

void check_same(const Scratch& scratch, const std::string& one, const std::string& other) {
    for (const char* file : {"/winner/model.safetensors", "/winner/c/model.c", "/config.json"}) {
        INFO(file);
        const bool same = read(scratch.path(one + file)) == read(scratch.path(other + file));
        CHECK(same);
    }
    CHECK(read(scratch.path(one + "/journal.jsonl")) ==
          read(scratch.path(other + "/journal.jsonl")));
    CHECK(answers(scratch.path(one + "/summary.json")) ==
          answers(scratch.path(other + "/summary.json")));
}

}  // namespace

TEST_CASE("a run hands over all its products, and the other verbs read them") {
    const Folder scratch;
    const Ran ran = run(words(kSearch + " --out a --json --workers 2"), scratch.folder());
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK(ran.err.empty());
    const nlohmann::json summary = nlohmann::json::parse(ran.out);
    CHECK(summary["accuracy"]["test"]["images"] == 30);
    CHECK(summary["accuracy"]["test"]["int8"] > 0.5);
    CHECK(summary["cost"]["macc"]["value"] <= 20000);
    CHECK(summary["c_check"]["images"] == 30);
    CHECK(summary["c_check"]["mismatches"] == 0);
    CHECK(read(scratch.path("a/winner/model.onnx")).find("QuantizeLinear") != std::string::npos);
    CHECK(nlohmann::json::parse(read(scratch.path("a/summary.json"))) == summary);
    CHECK_THAT(read(scratch.path("a/search.log")), Contains("winner"));

    SECTION("evaluate rebuilds the same int8 network from the model file") {
        const Ran again =
            run(words("evaluate --model a --test test --json --quiet"), scratch.folder());
        INFO(again.err);
        REQUIRE(again.code == 0);
        const nlohmann::json evaluated = nlohmann::json::parse(again.out);
        CHECK(evaluated["accuracy"]["test"] == summary["accuracy"]["test"]);
        CHECK(evaluated["confusion"].size() == 3);
        CHECK(evaluated["layers"].size() > 1);
    }
    SECTION("export writes it again under another name, and never over files") {
        const std::string line = "export --model a --name again --out c --quiet";
        REQUIRE(run(words(line), scratch.folder()).code == 0);
        CHECK(exists(scratch.path("c/again.c")));
        const Ran twice = run(words(line), scratch.folder());
        CHECK(twice.code == 2);
        CHECK_THAT(twice.err, Contains("c/again.h: exists already"));
    }
    SECTION("quantize with the same images gives the same model") {
        const Ran again = run(words("quantize --model a --data data --test test --out q --quiet"),
                              scratch.folder());
        INFO(again.err);
        REQUIRE(again.code == 0);
        const bool same = read(scratch.path("q/model.safetensors")) ==
                          read(scratch.path("a/winner/model.safetensors"));
        CHECK(same);
    }
    SECTION("ranges found by error are reported, stored, and read back to the same network") {
        const Ran again = run(words("quantize --model a --data data --test test --out e "
                                    "--calibration auto --json --quiet --check-images 0"),
                              scratch.folder());
        INFO(again.err);
        REQUIRE(again.code == 0);
        const nlohmann::json made = nlohmann::json::parse(again.out);
        CHECK(made["calibration"]["method"] == "auto");
        const Ran evaluated =
            run(words("evaluate --model e/model.safetensors --test test --json"), scratch.folder());
        REQUIRE(evaluated.code == 0);
        const nlohmann::json read_back = nlohmann::json::parse(evaluated.out);
        CHECK(read_back["accuracy"]["test"] == made["accuracy"]["test"]);
        std::map<std::string, std::string> found;
        for (const auto& layer : read_back["layers"]) {
            found[layer["name"]] = layer["calibration"];
        }
        REQUIRE(made["calibration"]["layers"].size() > 1);
        for (const auto& layer : made["calibration"]["layers"]) {
            CHECK(found.at(layer["name"]) == layer["chosen"]);
            double best = 0.0;
            for (const auto& [method, ratio] : layer["sqnr_db"].items()) {
                best = std::max(best, ratio.get<double>());
            }
            CHECK(layer["sqnr_db"].size() == 3);
            CHECK(layer["sqnr_db"][layer["chosen"].get<std::string>()] == best);
        }
    }
    SECTION("profile shows the run's own cost") {
        const Ran again = run(words("profile --model a --json"), scratch.folder());
        REQUIRE(again.code == 0);
        CHECK(nlohmann::json::parse(again.out)["runtimes"][0]["budget"]["ram_bytes"]["value"] ==
              summary["cost"]["ram_bytes"]["value"]);
    }
    SECTION("a finished run resumed prints its summary again") {
        const auto written = std::filesystem::last_write_time(scratch.path("a/journal.jsonl"));
        const Ran again = run(words(kSearch + " --out a --json --resume"), scratch.folder());
        CHECK(again.code == 0);
        CHECK(nlohmann::json::parse(again.out) == summary);
        CHECK(std::filesystem::last_write_time(scratch.path("a/journal.jsonl")) == written);
    }
    SECTION("a product of a finished run that is gone is made again by --resume") {
        const std::string model = read(scratch.path("a/winner/model.safetensors"));
        for (const char* gone : {"a/winner/c/model_vectors.h", "a/winner"}) {
            std::filesystem::remove_all(scratch.path(gone));
            const std::string line = kSearch.substr(0, kSearch.find(" --quiet"));
            const Ran again = run(words(line + " --out a --resume"), scratch.folder());
            INFO(again.err);
            REQUIRE(again.code == 0);
            CHECK_THAT(again.err, Contains("is gone: made again"));
            CHECK(exists(scratch.path(gone)));
            const bool same = read(scratch.path("a/winner/model.safetensors")) == model;
            CHECK(same);
            CHECK(exists(scratch.path("a/winner/model.onnx")));
        }
    }
    SECTION("a moved run shows its own paths") {
        std::filesystem::rename(scratch.path("a"), scratch.path("moved"));
        const Ran again = run(words(kSearch + " --out moved --json --resume"), scratch.folder());
        REQUIRE(again.code == 0);
        const nlohmann::json shown = nlohmann::json::parse(again.out);
        CHECK(shown["run"] == "moved");
        CHECK(shown["files"].size() == summary["files"].size());
        for (const nlohmann::json& file : shown["files"]) {
            CHECK(exists(scratch.path(file.get<std::string>())));
        }
    }
    SECTION("quantize and export do not write into a run") {
        for (const char* verb : {"quantize --data data", "export"}) {
            const Ran again =
                run(words(std::string(verb) + " --model a --out a"), scratch.folder());
            CHECK(again.code == 2);
            CHECK(lines(again.err) == 1);
            CHECK_THAT(again.err, Contains("--out: a already holds a run"));
        }
        CHECK_FALSE(exists(scratch.path("a/model.safetensors")));
        CHECK_FALSE(exists(scratch.path("a/model.c")));
    }
    SECTION("a directory that holds a run is not written over") {
        const Ran again = run(words(kSearch + " --out a"), scratch.folder());
        CHECK(again.code == 2);
        CHECK(lines(again.err) == 1);
        CHECK_THAT(again.err, Contains("--resume"));
    }
    SECTION("a resume with other options names the one that differs") {
        const Ran again = run(words(kSearch + " --out a --resume --seed 5"), scratch.folder());
        CHECK(again.code == 2);
        CHECK_THAT(again.err, Contains("--seed 1, now it is 5"));
    }
    SECTION("a journal cut in mid-line is mended, and other images are noticed") {
        std::filesystem::remove(scratch.path("a/summary.json"));
        const std::string journal = read(scratch.path("a/journal.jsonl"));
        write(scratch.path("a/journal.jsonl"), journal.substr(0, journal.size() / 2));
        REQUIRE(run(words(kSearch + " --out a --resume"), scratch.folder()).code == 0);
        CHECK(read(scratch.path("a/journal.jsonl")) == journal);

        std::filesystem::remove(scratch.path("a/summary.json"));
        make_images(scratch.path("data"), 3, 40, 3);
        const Ran other = run(words(kSearch + " --out a --resume"), scratch.folder());
        CHECK(other.code == 2);
        CHECK_THAT(other.err, Contains("the images have changed"));
    }
}

TEST_CASE("--resume where no run has begun starts one and says so, whatever a kill left there") {
    const Folder scratch;
    const std::string line =
        "train --arch 1,0 --data data --epochs 1 --batch 8 --check-images 0 --out r --resume";
    for (const bool killed : {false, true}) {
        CAPTURE(killed);
        if (killed) {  // before config.json was written
            std::filesystem::remove_all(scratch.path("r"));
            std::filesystem::create_directories(scratch.path("r"));
            write(scratch.path("r/.lock"), "1");
            write(scratch.path("r/data.json"), "{}");
        }
        const Ran ran = run(words(line), scratch.folder());
        INFO(ran.err);
        CHECK(ran.code == 0);
        CHECK_THAT(ran.err, Contains("r: no run there yet: started anew\n"));
    }
    const Ran again = run(words(line), scratch.folder());
    CHECK(again.code == 0);
    CHECK_THAT(again.err, !Contains("no run there yet"));
}

TEST_CASE("the last line of the training's bar knows the accuracy of the last epoch") {
    const Folder scratch;
    const Ran ran =
        run(words("train --arch 2,1 --data data --epochs 2 --batch 8 --out t --check-images 0"),
            scratch.folder());
    REQUIRE(ran.code == 0);
    const nlohmann::json summary = nlohmann::json::parse(read(scratch.path("t/summary.json")));
    INFO(ran.err);
    REQUIRE(summary["training"]["best_epoch"] == 2);
    const std::string bar = ran.err.substr(ran.err.find(": 100 %, epoch 2/2"));
    const std::size_t trained = ran.err.find("trained: validation accuracy ");
    REQUIRE(trained != std::string::npos);
    const std::size_t from = trained + std::string("trained: validation accuracy ").size();
    const std::string accuracy = ran.err.substr(from, ran.err.find(" %", trained) - from);
    CHECK_THAT(bar.substr(0, bar.find('\n')), Contains("now " + accuracy + " %"));
}

TEST_CASE("workers never change the answer") {
    const Folder scratch;
    REQUIRE(run(words(kSearch + " --out one --workers 1"), scratch.folder()).code == 0);
    REQUIRE(run(words(kSearch + " --out three --workers 3"), scratch.folder()).code == 0);
    check_same(scratch, "one", "three");
}

TEST_CASE("a run killed at any moment and resumed ends as the uninterrupted one") {
    const std::uint64_t seed = 20;
    INFO("seed " << seed);
    Rng rng(seed);
    const Folder scratch;
    const Ran whole = run(words(kSearch + " --out whole --workers 2"), scratch.folder());
    REQUIRE(whole.code == 0);
    int killed = 0;
    for (int attempt = 0; attempt < 6; ++attempt) {
        Program program(words(kSearch + " --out cut --resume --workers 2"), scratch.folder());
        pause(whole.seconds * rng.uniform(0.05, 0.6));
        killed += program.running() ? 1 : 0;
        program.signal(SIGKILL);
        program.wait();
    }
    CHECK(killed > 0);
    const Ran last = run(words(kSearch + " --out cut --resume --workers 2"), scratch.folder());
    INFO(last.err);
    REQUIRE(last.code == 0);
    check_same(scratch, "whole", "cut");
}

TEST_CASE("Ctrl-C ends at once with the command that goes on; the directory is then free") {
    const Folder scratch;
    const std::string line =
        "search --data data --test test --macc 20000 --search-epochs 1 --epochs 100000 --out long";
    Program program(words(line), scratch.folder(), "long");
    for (int i = 0; i < 300 && read(scratch.path("long.err")).find("epoch") == std::string::npos &&
                    !exists(scratch.path("long/training.ckpt"));
         ++i) {
        pause(0.1);
    }
    const Ran second = run(words(line + " --resume"), scratch.folder());
    CHECK(second.code == 2);
    CHECK_THAT(second.err, Contains("in use by another process"));

    const auto before = std::chrono::steady_clock::now();
    program.signal(SIGINT);
    const Ran ended = program.wait();
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(2));
    INFO(ended.err);
    CHECK(ended.code == 130);
    CHECK(ended.out.empty());
    CHECK_THAT(ended.err, Contains("interrupted; go on with: ") && Contains("--out long --resume"));
}
