// How far a search scales, by the program.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/apps/program.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Matchers::Contains;

namespace {

/// k up to 8, c up to 4, three trainings each; larger networks are better and take longer.
std::string table() {
    std::string text = "k,c,repeat,score,seconds\n";
    for (int k = 1; k <= 8; ++k) {
        for (int c = 0; c <= 4; ++c) {
            for (int repeat = 0; repeat < 3; ++repeat) {
                char row[96];
                std::snprintf(row, sizeof row, "%d,%d,%d,%.4f,%.3f\n", k, c, repeat,
                              0.9 - 0.5 / (k + c) + 0.002 * repeat,
                              0.1 * k * (1 + c) + 0.01 * repeat);
                text += row;
            }
        }
    }
    return text;
}

nlohmann::json scaling(const std::string& arguments, const Scratch& scratch) {
    const Ran ran = run(words("bench scaling --quiet --json " + arguments), scratch.folder());
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    return nlohmann::json::parse(ran.out);
}

}  // namespace

TEST_CASE("bench scaling tells speed-up and efficiency for 2 to 256 workers, always the same") {
    const Scratch scratch;
    write(scratch.path("t.csv"), table());
    for (const std::string strategy : {"occam", "nanonas"}) {
        const std::string arguments = "--scores t.csv --strategy " + strategy;
        const nlohmann::json document = scaling(arguments, scratch);
        CHECK(document == scaling(arguments, scratch));
        const double one = document["seconds"];
        REQUIRE(document["rows"].size() == 8);
        int workers = 1;
        double before = one;
        for (const nlohmann::json& row : document["rows"]) {
            workers *= 2;
            CHECK(row["workers"] == workers);
            CHECK(row["speedup"] == Approx(one / row["seconds"].get<double>()));
            CHECK(row["speedup"] <= workers * (1 + 1e-9));
            CHECK(row["efficiency"] == Approx(row["speedup"].get<double>() / workers));
            CHECK(row["seconds"] <= before * 1.05);
            before = row["seconds"];
        }
        CHECK(document["rows"][0]["speedup"] > 1.7);
        CHECK(document["rows"][7]["speedup"] > 3.0);
        CHECK(scaling(arguments + " --repeats 1", scratch)["seconds"] < one);
    }
    const Ran text = run(words("bench scaling --quiet --scores t.csv"), scratch.folder());
    CHECK(text.code == 0);
    CHECK_THAT(text.out, Contains("efficiency") && Contains("in simulated time"));
}

TEST_CASE("bench scaling records a table, from which it gives the same again") {
    const Scratch scratch;
    make_images(scratch.path("images"), 2, 20);
    const std::string small = "--ram 3KiB --flash 6KiB --search-steps 5 --repeats 2 ";
    const nlohmann::json first = scaling(small + "--data images --out times", scratch);
    CHECK(first["repeats"] == 2);
    CHECK(first["seconds"] > 0.0);
    CHECK_THAT(read(scratch.path("times/scores.csv")),
               Catch::Matchers::StartsWith("k,c,effort,repeat,score,seconds\n"));
    const nlohmann::json again =
        scaling(small + "--scores times/scores.csv --input 8x8x3 --classes 2", scratch);
    CHECK(again == first);

    const Ran taken = run(words("bench scaling --data images --out times"), scratch.folder());
    CHECK(taken.code == 2);
    CHECK_THAT(taken.err, Contains("scores.csv: is there already"));
}

TEST_CASE("recorded searches scale as docs/performance.md says, on any machine") {
    struct Recorded {
        const char* target;
        int evaluated;
        double one;
        double seconds[8];
    };
    const Recorded all[] = {
        {"stm32l010rb", 19, 18.55, {9.93, 5.42, 3.13, 1.87, 1.90, 1.73, 1.73, 1.73}},
        {"stm32l412kb", 29, 66.98, {34.15, 17.75, 11.66, 7.79, 7.82, 7.55, 6.42, 6.42}}};
    const Scratch scratch;
    for (const Recorded& recorded : all) {
        const std::string target = recorded.target;
        const nlohmann::json document =
            scaling("--input 50x50x3 --classes 5 --target " + target + " --scores " +
                        testing::source_folder() + "/tests/bench/times/flowers-" + target + ".csv",
                    scratch);
        CHECK(document["evaluated"] == recorded.evaluated);
        CHECK(document["seconds"] == Approx(recorded.one).margin(0.005));
        for (std::size_t i = 0; i < 8; ++i) {
            CHECK(document["rows"][i]["seconds"] == Approx(recorded.seconds[i]).margin(0.005));
        }
    }
}

TEST_CASE("bench scaling refuses a table without seconds, and what it does not use") {
    const Scratch scratch;
    write(scratch.path("t.csv"), "k,c,score\n1,0,0.5\n");
    const Ran without = run(words("bench scaling --scores t.csv"), scratch.folder());
    CHECK(without.code == 2);
    CHECK_THAT(without.err, Contains("no column seconds"));
    for (const std::string flag : {"--data x", "--out x"}) {
        const Ran both = run(words("bench scaling --scores t.csv " + flag), scratch.folder());
        CHECK(both.code == 2);
        CHECK_THAT(both.err, Contains("not together with --scores"));
    }
}
