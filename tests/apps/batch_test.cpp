// Whole batches of the real program: the same bytes after any kill, and what is told.
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "space/random.hpp"
#include "tests/apps/batches.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;
namespace fs = std::filesystem;
TEST_CASE("a batch killed at any moment and given again ends in the same bytes") {
    const Folder folder;
    const Ran whole = folder.batch("plan.yaml --out whole --quiet --workers 2");
    INFO(whole.err);
    REQUIRE(whole.code == 0);
    CHECK_THAT(whole.out, Contains("4 runs: 4 done"));
    CHECK_THAT(whole.out, Contains("+-"));
    for (const std::string& name : kRuns) {
        REQUIRE(exists(folder.path("whole/" + name + "/summary.json")));
    }
    Rng rng(7);
    int kills = 0;
    Ran last;
    for (int attempt = 0; attempt < 60; ++attempt) {
        Program program(words("batch plan.yaml --out killed --quiet --workers 2"), folder.folder());
        // Later and later, so that it ends however slow the machine is.
        const double patience = whole.seconds * rng.uniform() * 0.1 * (attempt + 2);
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::duration<double>(patience);
        while (program.running() && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        if (program.running()) {
            program.signal(SIGKILL);
            ++kills;
            program.wait();
            continue;
        }
        last = program.wait();
        break;
    }
    INFO(last.err);
    REQUIRE(last.code == 0);
    CHECK(kills >= 3);
    check_same(folder, "whole", "killed");
}

TEST_CASE("jobs of an array, side by side in one directory, make the batch") {
    const Folder folder;
    REQUIRE(folder.batch("plan.yaml --out whole --quiet").code == 0);
    for (const int first : {0, 2}) {
        Program one(words("batch plan.yaml --out jobs --quiet --workers 1 --index " +
                          std::to_string(first)),
                    folder.folder(), "one");
        Program two(words("batch plan.yaml --out jobs --quiet --workers 1 --index " +
                          std::to_string(first + 1)),
                    folder.folder(), "two");
        CHECK(one.wait().code == 0);
        CHECK(two.wait().code == 0);
    }
    check_same(folder, "whole", "jobs");
    const Ran again = folder.batch("plan.yaml --out jobs --quiet --only macc=20000,seed=2");
    CHECK(again.code == 0);
    const Ran beyond = folder.batch("plan.yaml --out jobs --quiet --index 4");
    CHECK(beyond.code == 2);
    CHECK(beyond.err == "nanonas: --index: 4, but plan.yaml has 4 runs, counted from 0\n");
}

TEST_CASE("exit codes of a batch: nothing fits is a result, a failure is 1, alone and bad 2") {
    const Folder folder;
    const Ran nothing = folder.batch("plan.yaml macc=10 --quiet");
    CHECK(nothing.code == 0);
    CHECK_THAT(nothing.out, Contains("2 runs: 2 nothing fits") &&
                                Contains("macc=10,seed=1: nothing fits: no network fits"));
    CHECK_THAT(read(folder.path("runs/small/results.csv")), Contains("nothing fits,10,1,"));

    REQUIRE(folder.batch("plan.yaml macc=20000 seed=1 --out out --quiet").code == 0);
    fs::remove(folder.path("out/macc=20000,seed=1/summary.json"));
    write(folder.path("out/macc=20000,seed=1/journal.jsonl"), "x\ny\n");
    const Ran failed = folder.batch("plan.yaml macc=20000 --out out --quiet");
    CHECK(failed.code == 1);
    CHECK_THAT(failed.out, Contains("macc=20000,seed=1: failed: out/macc=20000,seed=1/journal"));
    CHECK(exists(folder.path("out/macc=20000,seed=2/summary.json")));
    CHECK(folder.batch("plan.yaml --out out --quiet --index 0").code == 2);
    CHECK(folder.batch("plan.yaml --out out --quiet --index 1").code == 0);
}

TEST_CASE("a batch stopped by Ctrl-C says how to go on, and does") {
    const Folder folder;
    Program program(words("batch plan.yaml --out out --workers 2"), folder.folder());
    for (int i = 0; i < 1000 && program.running() && !exists(folder.path("out/.batch/scores"));
         ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    program.signal(SIGINT);
    const Ran ran = program.wait();
    CHECK(ran.code == 130);
    CHECK_THAT(ran.err, Contains("nanonas: interrupted; go on with: ") &&
                            Contains("nanonas batch plan.yaml --out out --workers 2\n"));
    const Ran again = folder.batch("plan.yaml --out out --workers 2");
    CHECK(again.code == 0);
    CHECK_THAT(again.err, Contains("macc=20000,seed=1: winner "));
}

TEST_CASE("a dry run shows the plan and writes nothing; what is wrong is told before any work") {
    const Folder folder;
    const Ran dry = folder.batch("plan.yaml --dry-run");
    CHECK(dry.code == 0);
    CHECK_THAT(dry.out, Contains("3  macc=60000,seed=2  missing") &&
                            Contains("runs/small: 4 runs: 4 missing; 1 data set read"));
    const Ran json = folder.batch("plan.yaml --dry-run --json --quiet");
    CHECK(nlohmann::json::parse(json.out)["runs"][0]["smallest"]["cost"]["macc"]["limit"] == 20000);

    const std::pair<const char*, const char*> refused[] = {
        {"gone.yaml", "gone.yaml: cannot be read"},
        {"plan.yaml sed=1", "sed=1: \"sed\" is no axis of plan.yaml"},
        {"plan.yaml data.yaml", "a plan stands alone"},
        {"", "no plan"},
        {"plan.yaml --index 0 --only x", "--index and --only: give one of them"},
        {"plan.yaml --only macc=1", "--only: macc=1 is no run of plan.yaml"},
        {"plan.yaml --seed 3", "--seed: unknown option"},
        {"plan.yaml --emit slrum", "did you mean slurm?"},
    };
    for (const auto& one : refused) {
        INFO(one.first);
        const Ran ran = folder.batch(one.first);
        CHECK(ran.code == 2);
        CHECK_THAT(ran.err, Contains(one.second));
        CHECK(lines(ran.err) == 1);
        CHECK(ran.out.empty());
    }
    CHECK_FALSE(exists(folder.path("runs")));
    const Ran emitted = folder.batch("plan.yaml seed=1,2,3 --emit slurm --workers 3");
    CHECK(emitted.code == 0);
    CHECK_THAT(emitted.out, Contains("#SBATCH --array=0-5\n"));
    CHECK_FALSE(exists(folder.path("runs")));
}

TEST_CASE("a plan of trainings: networks named by arch, resumed and told as searches are") {
    const Folder folder;
    write(folder.path("nets.yaml"),
          "verb: train\n"
          "defaults: {data: data, test: test, epochs: 4, batch: 8, augment: none, macc: 60000,\n"
          "           check-images: 0}\n"
          "matrix:\n"
          "  arch: [\"2,1\", \"4,2\", \"40,2\"]\n"
          "  seed: [1, 2]\n");
    const Ran survey = folder.batch("nets.yaml --dry-run");
    INFO(survey.err);
    REQUIRE(survey.code == 0);
    CHECK_THAT(survey.out, Contains("arch=40-2,seed=1") && Contains("(4,2)") && Contains("NO"));
    CHECK_FALSE(exists(folder.path("runs")));

    const Ran ran = folder.batch("nets.yaml --quiet --workers 2");
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK_THAT(ran.out, Contains("6 runs: 4 done, 2 nothing fits"));
    const Ran one =
        run(words("train --data data --test test --epochs 4 --batch 8 --augment none "
                  "--macc 60000 --check-images 0 --arch 4,2 --seed 2 --out one --quiet"),
            folder.folder());
    REQUIRE(one.code == 0);
    const std::string made = "runs/nets/arch=4-2,seed=2";
    for (const char* file : {"/config.json", "/winner/model.safetensors", "/winner/c/model.c"}) {
        INFO(file);
        const bool same = read(folder.path("one") + file) == read(folder.path(made) + file);
        CHECK(same);
    }
    CHECK_THAT(read(folder.path("runs/nets/results.csv")),
               Contains("run,status,arch,seed,winner") && Contains("\"4,2\",2,\"(4,2)\""));
    const std::string journal = read(folder.path(made + "/summary.json"));
    CHECK(folder.batch("nets.yaml --quiet").code == 0);  // nothing is missing
    CHECK(read(folder.path(made + "/summary.json")) == journal);
    CHECK(folder.batch("nets.yaml --quiet --only arch=4-2,seed=2").code == 0);

    const std::pair<const char*, const char*> refused[] = {
        {"verb: quantize\n", "/verb: \"quantize\" is unknown; expected one of search, train"},
        {"verb: train\nmatrix: {seed: [1]}\n", "seed=1: arch: needed; K,C such as 8,3"},
        {"verb: train\nmatrix: {strategy: [occam]}\n", "no option of `nanonas train`"},
        {"matrix: {arch: [\"8,3\"]}\nverb: search\n", "no option of `nanonas search`"},
    };
    for (const auto& [plan, why] : refused) {
        INFO(plan);
        write(folder.path("bad.yaml"), plan);
        const Ran bad = folder.batch("bad.yaml --quiet");
        CHECK(bad.code == 2);
        CHECK_THAT(bad.err, Contains(why));
        CHECK(lines(bad.err) == 1);
    }
}
