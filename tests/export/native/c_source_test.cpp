#include <catch2/catch.hpp>
#include <filesystem>

#include "export/int8/interpreter.hpp"
#include "export/native/cost.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/network_json.hpp"
#include "tests/export/native/c_program.hpp"
#include "tests/export/random_graph.hpp"
#include "tests/support/draw.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas;
using exporting::Int8Network;
using space::CellSpace;
using testing::draw;
using testing::random_network;
using testing::RandomImages;

namespace {

constexpr std::uint64_t kSeed = 20240607;
const std::string kStrict = "cc -std=c99 -Wall -Wextra -Wconversion -Wpedantic -Werror ";

struct Case {
    CellSpace cells;
    space::Candidate candidate;
    bool wild = false;
};

std::string text(const Case& item) {
    return to_string(item.candidate) + " on " + to_string(item.cells.input) + ", " +
           std::to_string(item.cells.classes) + " classes" + (item.wild ? ", wild" : "");
}

struct Batch {
    std::vector<Int8Network> networks;
    std::vector<RandomImages> images;
    std::vector<std::string> texts;
};

Batch make_batch(const std::vector<Case>& cases, std::int64_t images) {
    Batch batch;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        Rng rng(derive_seed(kSeed, "c source", i));
        batch.networks.push_back(
            random_network(cases[i].cells, cases[i].candidate, rng, cases[i].wild));
        batch.images.emplace_back(cases[i].cells.input, images, rng);
        batch.texts.push_back(text(cases[i]));
    }
    return batch;
}

/// Every byte of both entry points against the reference and the oracle; arena against the model.
void check_batch(const Batch& batch, std::int64_t images, const std::string& compiler) {
    INFO("seed " << kSeed);
    const testing::ProgramRun run = testing::run_c_program(batch.networks, batch.images, compiler);
    INFO(run.messages);
    REQUIRE(run.exit_code == 0);
    REQUIRE(run.arena_bytes.size() == batch.networks.size());
    for (std::size_t i = 0; i < batch.networks.size(); ++i) {
        INFO(i << ": " << batch.texts[i]);
        exporting::Int8Interpreter oracle(batch.networks[i]);
        std::vector<std::int8_t> expected;
        for (std::int64_t image = 0; image < images; ++image) {
            const std::uint8_t* pixels = batch.images[i].view().image(image);
            const std::vector<std::int8_t> scores =
                testing::reference_scores(batch.networks[i], pixels);
            CHECK(oracle.run(pixels) == scores);
            expected.insert(expected.end(), scores.begin(), scores.end());
            expected.insert(expected.end(), scores.begin(), scores.end());
        }
        CHECK(run.scores[i] == expected);
        CHECK(run.arena_bytes[i] + exporting::NativeCostModel::stack_bytes() +
                  exporting::NativeCostModel::start_up().ram_bytes ==
              exporting::NativeCostModel().cost(batch.networks[i].network).ram_bytes);
    }
}

void check_cases(const std::vector<Case>& cases, std::int64_t images, const std::string& compiler) {
    check_batch(make_batch(cases, images), images, compiler);
}

/// Chains of convolutions with any window, some of them with 3x3 ones and pools among them.
Batch window_batch(int count, std::int64_t images) {
    Batch batch;
    for (int i = 0; i < count; ++i) {
        Rng rng(derive_seed(kSeed, "windows", static_cast<std::uint64_t>(i)));
        const space::Network network = testing::random_windows(rng, i % 2 == 0);
        batch.networks.push_back(testing::random_int8(network, rng, i % 5 == 0));
        batch.images.emplace_back(network.input, images, rng);
        batch.texts.push_back(json::to_json(network).dump());
    }
    return batch;
}

std::vector<Case> random_cases(int count) {
    Rng rng(derive_seed(kSeed, "cases"));
    std::vector<Case> cases;
    for (int i = 0; i < count; ++i) {
        const CellSpace cells{{draw(rng, 1, 40), draw(rng, 1, 40), draw(rng, 0, 1) * 2 + 1},
                              draw(rng, 2, 100)};
        const std::int64_t deepest = cells.deepest();
        const std::int64_t c = draw(rng, 0, 2) == 0 ? deepest : draw(rng, 0, deepest);
        cases.push_back({cells, {draw(rng, 1, 9), c}, draw(rng, 0, 3) == 0});
    }
    return cases;
}

}  // namespace

TEST_CASE("the C gives the oracle's bytes on the smallest and the deepest maps") {
    check_cases(
        {
            {{{1, 1, 1}, 2}, {1, 0}},
            {{{1, 1, 3}, 100}, {3, 0}},
            {{{1, 9, 1}, 2}, {2, 0}},
            {{{9, 1, 3}, 5}, {2, 0}},
            {{{2, 2, 1}, 2}, {1, 1}},
            {{{3, 2, 3}, 3}, {4, 1}},
            {{{2, 50, 1}, 3}, {3, 1}},
            {{{32, 32, 3}, 10}, {2, 5}},
            {{{31, 33, 1}, 4}, {5, 4}},
            {{{50, 50, 3}, 2}, {3, 5}},
            {{{28, 28, 1}, 10}, {6, 4}},
            {{{7, 7, 1}, 2}, {1, 2}, true},
            {{{12, 10, 3}, 7}, {4, 3}, true},
        },
        6, kStrict + "-O2");
}

TEST_CASE("the C gives the oracle's bytes on random networks") {
    check_cases(random_cases(24), 4, kStrict + "-O1");
}

TEST_CASE("windows, strides and depthwise convolutions give the oracle's bytes") {
    check_batch(window_batch(60, 4), 4, kStrict + "-O2");
}

TEST_CASE("rings of any window stay inside the arena") {
    check_batch(window_batch(30, 3), 3,
                kStrict + "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all");
}

TEST_CASE("a thousand images, every byte") {
    check_cases({{{{28, 28, 1}, 10}, {4, 3}}}, 1000, kStrict + "-O2");
}

namespace {

/// Networks whose rows have these widths, under the address and undefined-behaviour sanitizers.
void check_widths(std::int64_t first, std::int64_t last, std::int64_t step) {
    std::vector<Case> cases;
    for (std::int64_t width = first; width <= last; width += step) {
        const CellSpace cells{{width % 5 + 2, width, width % 2 * 2 + 1}, 2 + width};
        cases.push_back({cells, {1 + width % 4, std::min<std::int64_t>(cells.deepest(), 2)}});
    }
    check_cases(cases, 3, kStrict + "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all");
}

}  // namespace

TEST_CASE("rows of any width stay inside the arena") {
    check_widths(1, 97, 6);
}

TEST_CASE("rows of every width stay inside the arena", "[.every]") {
    check_widths(1, 97, 1);
}

TEST_CASE("the shipped vectors pass and a changed score is noticed") {
    const testing::TemporaryFolder folder;
    Rng rng(kSeed);
    const Int8Network network = random_network({{14, 13, 3}, 4}, {3, 2}, rng);
    const RandomImages images({14, 13, 3}, 5, rng);
    testing::write_c_source(network, images.view(), folder.path(), {"my_model", 8});

    std::string output;
    const std::string make = "make -C " + folder.path() + " check";
    CHECK(testing::run_command(make, output) == 0);
    INFO(output);
    CHECK(output.find("\n5 passed, 0 failed\n") != std::string::npos);

    SECTION("raw images from a file give a line of scores each") {
        write_file(folder.path() + "/images.bin",
                   std::string(images.pixels.begin(), images.pixels.end()));
        std::string lines, expected;
        CHECK(testing::run_command(
                  folder.path() + "/my_model_test " + folder.path() + "/images.bin", lines) == 0);
        exporting::Int8Interpreter oracle(network);
        for (std::int64_t i = 0; i < images.count; ++i) {
            std::string line;
            for (const std::int8_t score : oracle.run(images.view().image(i))) {
                line += (line.empty() ? "" : " ") + std::to_string(score);
            }
            expected += line + "\n";
        }
        CHECK(lines == expected);
    }
    SECTION("a wrong expectation fails") {
        const std::string path = folder.path() + "/my_model_vectors.h";
        std::string vectors = read_file(path);
        const std::size_t scores = vectors.find("{\n    {", vectors.find("vector_scores"));
        vectors.replace(scores + 7, vectors.find(',', scores) - scores - 7, "99");
        write_file(path, vectors);
        std::string failed;
        CHECK(testing::run_command(make, failed) != 0);
        CHECK(failed.find("4 passed, 1 failed") != std::string::npos);
    }
}

TEST_CASE("the C compiles without a warning for other compilers, as C++ and for the device") {
    const testing::TemporaryFolder folder;
    Rng rng(kSeed);
    const RandomImages images({9, 12, 3}, 1, rng);
    testing::write_c_source(random_network({{9, 12, 3}, 4}, {3, 2}, rng), images.view(),
                            folder.path(), {"pooled", 1});
    testing::write_c_source(random_network({{9, 12, 3}, 4}, {3, 0}, rng, true), images.view(),
                            folder.path(), {"plain", 1});
    for (int i = 0; i < 3; ++i) {  // of them one with numbers that the quantizer avoids
        Rng own(derive_seed(kSeed, "graphs", static_cast<std::uint64_t>(i)));
        const Int8Network graph = testing::random_graph(own, i == 2);
        testing::write_c_source(graph, RandomImages(graph.network.input, 1, own).view(),
                                folder.path(), {"graph" + std::to_string(i), 1});
    }
    const std::string warnings = " -Wall -Wextra -Wconversion -Wpedantic -Werror -c -o /dev/null ";
    for (
        const std::string compiler :
        {"gcc -O2 -std=c99", "clang -O2 -std=c99", "g++ -x c++ -O2 -std=c++11",
         "clang++ -x c++ -O2 -std=c++11", "arm-none-eabi-gcc -mcpu=cortex-m0plus -Os -std=c99",
         "arm-none-eabi-gcc -mcpu=cortex-m0plus -O2 -std=c99",
         "arm-none-eabi-gcc -mcpu=cortex-m3 -O2 -std=c99",
         "arm-none-eabi-gcc -mcpu=cortex-m4 -O2 -std=c99",
         "arm-none-eabi-g++ -x c++ -mcpu=cortex-m0plus -O3 -std=c++11",
         "arm-none-eabi-g++ -x c++ -mcpu=cortex-m4 -Os -std=c++11",
         "clang --target=arm-none-eabi -mcpu=cortex-m0plus -isystem /usr/lib/arm-none-eabi/include "
         "-O2 -std=c99",
         "clang --target=arm-none-eabi -mcpu=cortex-m4 -isystem /usr/lib/arm-none-eabi/include -O2 "
         "-std=c99",
         "arm-none-eabi-gcc -mcpu=cortex-m7 -O3 -std=c99",
         "arm-none-eabi-gcc -mcpu=cortex-m33 -O2 -std=c99 -DPOOLED_ROWS_ONLY -DPLAIN_ROWS_ONLY"}) {
        const std::string program = compiler.substr(0, compiler.find(' '));
        if (!testing::installed(program)) {
            continue;
        }
        std::string ignored;
        for (const char* source :
             {"pooled.c", "plain.c", "graph0.c", "graph1.c", "graph2.c", "main.c"}) {
            if (source == std::string("main.c") && compiler.rfind("arm", 0) == 0 &&
                testing::run_command("echo '#include <stdio.h>' | arm-none-eabi-gcc -E -",
                                     ignored) != 0) {
                testing::skip("no C library for the device");
                continue;
            }
            std::string output;
            const int code = testing::run_command(
                "cd " + folder.path() + " && " + compiler + warnings + source, output);
            INFO(compiler << " " << source << "\n" << output);
            CHECK(code == 0);
        }
    }
}

TEST_CASE("what cannot be written is refused before anything is") {
    Rng rng(kSeed);
    Int8Network network = random_network({{8, 8, 1}, 2}, {2, 1}, rng);
    const RandomImages images({8, 8, 1}, 1, rng);
    const testing::TemporaryFolder folder;
    const std::string target = folder.path() + "/c";
    const auto write = [&](const std::string& name, std::int64_t vectors = 1) {
        testing::write_c_source(network, images.view(), target, {name, vectors});
    };
    for (const char* name : {"", "2d", "a-b", "main", "caf\xC3\xA9"}) {
        CHECK_THROWS_AS(write(name), ExportError);
    }
    CHECK_THROWS_AS(write("model", 0), ExportError);
    SECTION("no scores at the end") {
        for (int layer = 0; layer < 2; ++layer) {
            network.network.nodes.pop_back();
            network.constants.pop_back();
            network.values.pop_back();
        }
        CHECK_THROWS_AS(write("model"), NetworkError);
        CHECK_FALSE(std::filesystem::exists(target));
        return;
    }
    SECTION("a table of the wrong size") {
        network.constants[0].bias.pop_back();
    }
    SECTION("a dense layer without its scales") {
        network.constants.back().weight_scales.clear();
    }
    SECTION("a pool that changes the zero point") {
        network.values[2].zero_point ^= 1;
    }
    SECTION("a shift out of range") {
        network.constants[0].multipliers[0].shift = -32;
    }
    CHECK_THROWS_AS(write("model"), ExportError);
    CHECK_FALSE(std::filesystem::exists(target));
}
