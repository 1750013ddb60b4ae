#include "tests/golden/golden.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "space/files.hpp"
#include "tests/support/draw.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/source_folder.hpp"

namespace nanonas::golden {
namespace {

constexpr std::size_t kShown = 8;

struct Size {
    space::Shape input;
    std::int64_t classes;
    space::Candidate candidate;
};

const Size kSizes[] = {
    {{50, 50, 3}, 2, {3, 3}},   {{50, 50, 3}, 5, {9, 4}}, {{32, 32, 3}, 10, {14, 4}},
    {{28, 28, 1}, 10, {12, 4}}, {{24, 24, 1}, 3, {2, 2}}, {{37, 23, 1}, 3, {4, 3}},
    {{17, 9, 3}, 5, {6, 0}},    {{16, 16, 3}, 3, {3, 4}}, {{24, 24, 3}, 100, {8, 2}},
    {{96, 64, 3}, 2, {5, 4}},
};
constexpr std::size_t kSamples = 30;
constexpr std::int64_t kImages = 12;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

std::vector<Sample> samples() {
    std::vector<Sample> all;
    for (std::size_t i = 0; i < kSamples; ++i) {
        Rng rng(1000 + i);
        space::Network network;
        if (i < std::size(kSizes)) {
            const Size& size = kSizes[i];
            network = space::CellSpace{size.input, size.classes, 0.5}.build(size.candidate);
        } else {
            network = test::random_cells(rng);
        }
        const std::string number = std::to_string(i);
        Sample sample{"net" + std::string(2 - number.size(), '0') + number,
                      test::random_trained(network, rng),
                      {}};
        sample.images = test::random_images(network.input, kImages, network.classes(), rng);
        all.push_back(std::move(sample));
    }
    return all;
}

void check(const std::string& file, const std::vector<std::string>& lines) {
    const std::string path = testing::source_folder() + "/tests/golden/expected/" + file;
    const char* mode = std::getenv("NANONAS_GOLDEN");
    if (mode != nullptr && std::string(mode) == "write") {
        std::string text;
        for (const std::string& line : lines) {
            text += line + "\n";
        }
        write_file(path, text);
        testing::skip("wrote " + path);
        return;
    }
    const std::vector<std::string> expected = lines_of(read_file(path));
    std::string differences;
    std::size_t count = 0;
    for (std::size_t i = 0; i < std::max(lines.size(), expected.size()); ++i) {
        const std::string want = i < expected.size() ? expected[i] : "nothing";
        const std::string have = i < lines.size() ? lines[i] : "nothing";
        if (want != have && ++count <= kShown) {
            differences += "\n  expected " + want + "\n  found    " + have;
        }
    }
    INFO(path << ": " << count << " of " << expected.size() << " lines differ" << differences
              << "\nA change that is meant: NANONAS_GOLDEN=write, and say why in the commit.");
    CHECK(count == 0);
    CHECK_FALSE(expected.empty());
}

}  // namespace nanonas::golden
