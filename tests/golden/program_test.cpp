#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "export/model_file.hpp"
#include "space/checksum.hpp"
#include "space/random.hpp"
#include "tests/apps/program.hpp"
#include "tests/golden/golden.hpp"

namespace nanonas::golden {
namespace {

/// Scores that rise and fall with k and c, with noise of their own in every repeat.
std::string score_table(std::uint64_t seed) {
    Rng rng(seed);
    const double best_k = rng.uniform(3.0, 16.0), best_c = rng.uniform(1.0, 4.0);
    std::string table = "k,c,repeat,score\n";
    for (int k = 1; k <= 24; ++k) {
        for (int c = 0; c <= 5; ++c) {
            for (int repeat = 0; repeat < 3; ++repeat) {
                const double score = 0.8 - 0.02 * std::abs(std::log2(k / best_k)) -
                                     0.03 * std::abs(c - best_c) + rng.uniform(-0.02, 0.02);
                table += std::to_string(k) + "," + std::to_string(c) + "," +
                         std::to_string(repeat) + "," + std::to_string(score) + "\n";
            }
        }
    }
    return table;
}

const char* const kSearches[] = {
    "--target stm32l412kb --input 50x50x3 --classes 5",
    "--target stm32l010rb --input 50x50x3 --classes 2",
    "--target stm32l151uc --input 32x32x3 --classes 10",
    "--target rp2040 --input 24x24x1 --classes 3 --max-latency-ms 20",
    "--ram 40960 --flash 131072 --input 28x28x1 --classes 10 --runtime native-rows",
    "--ram 40960 --flash 131072 --input 28x28x1 --classes 10 --runtime tflm",
};

/// A record of version 3 as version 2 wrote it: k and c among the other keys.
std::string as_version_2(std::string record) {
    const std::string opening = "\"candidate\":{";
    const std::size_t at = record.find(opening);
    REQUIRE(at != std::string::npos);
    record.erase(record.find('}', at), 1);
    record.erase(at, opening.size());
    const std::size_t check = record.rfind("\"check\":\"");
    REQUIRE(check != std::string::npos);
    record.replace(check + 9, 16, kBlankCheck);
    return sealed(record);
}

/// What was decided, without the first line, which names the build.
std::string decisions(const std::string& journal) {
    std::istringstream lines(journal);
    std::string text, line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        text += as_version_2(line) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("every runtime's price of thirty networks is what it was") {
    const test::Scratch scratch;
    std::vector<std::string> lines;
    for (const Sample& sample : samples()) {
        const std::string file = sample.name + ".safetensors";
        exporting::write_model(scratch.path(file), sample.trained);
        const test::Ran ran =
            test::run({"profile", "--model", file, "--runtime", "all", "--json"}, scratch.folder());
        INFO(ran.err);
        REQUIRE(ran.code == 0);
        lines.push_back(sample.name + " " + checksum(ran.out));
    }
    check("profiles.txt", lines);
}

TEST_CASE("twelve searches decide what they decided") {
    const test::Scratch scratch;
    std::vector<std::string> lines;
    std::uint64_t seed = 1;
    for (const char* strategy : {"occam", "nanonas"}) {
        for (const char* bounds : kSearches) {
            const std::string run = "run" + std::to_string(seed);
            test::write(scratch.path(run + ".csv"), score_table(seed));
            const std::string command = std::string("search ") + bounds + " --strategy " +
                                        strategy + " --search-only --scores " + run +
                                        ".csv --out " + run + " --seed " + std::to_string(seed);
            const test::Ran ran = test::run(test::words(command), scratch.folder());
            INFO(command << "\n" << ran.err);
            REQUIRE(ran.code == 0);
            lines.push_back(std::string(strategy) + " " + bounds + " " +
                            checksum(decisions(test::read(scratch.path(run + "/journal.jsonl")))));
            ++seed;
        }
    }
    check("journals.txt", lines);
}

}  // namespace nanonas::golden
