// The integers of the generated C against the reference's double, sum by sum.
#include "export/native/c_factor.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>

#include "export/int8/multiplier.hpp"
#include "export/native/templates/c_templates.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/random.hpp"
#include "tests/export/shell.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

constexpr std::uint64_t kSeed = 20261125;
constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

// Reads {low word, high word, shift, count} and as many sums, writes their results.
const char* const kDriver = R"(#include <stdio.h>
int main(void)
{
    uint32_t head[4];
    static int32_t values[8192];
    while (fread(head, 4, 4, stdin) == 4) {
        uint32_t i;
        if (head[3] > 8192U || fread(values, 4, head[3], stdin) != head[3]) {
            return 1;
        }
        for (i = 0; i < head[3]; i++) {
            values[i] = rescale_once(values[i], head, head[2]);
        }
        if (fwrite(values, 4, head[3], stdout) != head[3]) {
            return 1;
        }
    }
    return 0;
}
)";

std::string bytes_of(const void* from, std::size_t bytes) {
    return {static_cast<const char*>(from), bytes};
}

/// Where the result changes, to all appearance, and two sums to either side; a few others.
std::vector<std::int32_t> sums_for(double factor, Rng& rng) {
    std::vector<std::int32_t> sums{kLeast, -kMost, kMost, 0, 1, -1, 2, -2};
    for (int step = 0; step <= 258; ++step) {
        const double tie = std::round((step + 0.5) / factor);
        for (double sum = tie - 2; sum <= tie + 2 && sum <= kMost; ++sum) {
            sums.push_back(static_cast<std::int32_t>(sum));
            sums.push_back(-static_cast<std::int32_t>(sum));
        }
    }
    for (int i = 0; i < 200; ++i) {
        const auto bits = static_cast<std::int32_t>(static_cast<std::uint32_t>(rng.next()));
        sums.push_back(bits / (1 << rng.below(31)));
    }
    return sums;
}

/// As far as any output range tells results apart.
std::int32_t clamped(std::int32_t result) {
    return std::clamp(result, -255, 255);
}

void check(const std::vector<double>& factors) {
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    std::string input;
    std::vector<std::vector<std::int32_t>> sums;
    for (const double factor : factors) {
        sums.push_back(sums_for(factor, rng));
        const CFactor words = c_factor(factor);
        const std::uint32_t head[4] = {
            static_cast<std::uint32_t>(words.words), static_cast<std::uint32_t>(words.words >> 32),
            static_cast<std::uint32_t>(words.left), static_cast<std::uint32_t>(sums.back().size())};
        input += bytes_of(head, sizeof head) + bytes_of(sums.back().data(), 4 * sums.back().size());
    }
    const testing::TemporaryFolder folder;
    write_file(folder.path() + "/factor.c",
               std::string("#include <stdint.h>\n") + kRequantizeTemplate + kDriver);
    write_file(folder.path() + "/in", input);
    testing::must_run(folder,
                      "cc -std=c99 -O2 -Wall -Wextra -Wconversion -Wpedantic -Werror "
                      "-fsanitize=undefined -fno-sanitize-recover=all -o factor factor.c && "
                      "./factor < in > out");
    const std::string output = read_file(folder.path() + "/out");
    std::size_t at = 0;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        INFO("factor " << factors[i] << ", number " << i);
        REQUIRE(output.size() >= at + 4 * sums[i].size());
        for (const std::int32_t sum : sums[i]) {
            std::int32_t result = 0;
            std::memcpy(&result, output.data() + at, 4);
            at += 4;
            if (clamped(result) != clamped(requantize_once(sum, factors[i]))) {
                FAIL(sum << " becomes " << result << " and not "
                         << requantize_once(sum, factors[i]));
            }
        }
    }
    CHECK(at == output.size());
}

}  // namespace

TEST_CASE("the C rounds powers of two, tiny and huge factors as the double does") {
    std::vector<double> factors{0.0, 1e-300, 1e-12, 255.0, 254.99, 256.0, 1e9, 0x1p30};
    for (int exponent = -40; exponent <= 12; ++exponent) {
        for (const double part : {1.0, 1.5, 1.25, 1.0 + 0x1p-52, 2.0 - 0x1p-52, 4.0 / 3.0}) {
            factors.push_back(std::ldexp(part, exponent));
        }
    }
    check(factors);
}

TEST_CASE("the C rounds ties of factors that are a fraction but for a bit as the double does") {
    std::vector<double> factors;
    for (int divisor = 1; divisor <= 600; ++divisor) {
        const double factor = 0.5 / divisor;
        factors.insert(factors.end(),
                       {factor, std::nextafter(factor, 0.0), std::nextafter(factor, 1.0)});
    }
    Rng rng(kSeed);
    for (int i = 0; i < 600; ++i) {
        double factor = (0.5 + static_cast<double>(rng.below(255))) /
                        (1.0 + static_cast<double>(rng.below(std::uint64_t{1} << (5 + i % 26))));
        for (std::uint64_t bits = rng.below(4); bits > 0; --bits) {
            factor = std::nextafter(factor, i % 2 == 0 ? 0.0 : 1e9);
        }
        factors.push_back(factor);
    }
    check(factors);
}

TEST_CASE("the C rounds by decimal and by random scales as the double does") {
    std::vector<double> factors;
    Rng rng(kSeed);
    for (const float in : {0.1F, 0.05F, 0.3F, 1.0F, 6.0F / 255.0F}) {
        for (const float weight : {0.01F, 0.003F, 0.1F, 1.0F / 127.0F}) {
            for (const float out : {0.1F, 0.7F, 0.2F, 20.0F / 255.0F}) {
                factors.push_back(scale_ratio(in, weight, out, false));
            }
        }
    }
    for (int i = 0; i < 600; ++i) {
        const auto scale = [&] { return static_cast<float>(std::exp2(rng.uniform(-12.0, 2.0))); };
        const float in = scale(), weight = scale();
        factors.push_back(scale_ratio(in, weight, scale(), false));
    }
    check(factors);
}

TEST_CASE("a factor in words is exact; what is none is refused") {
    Rng rng(kSeed);
    for (int i = 0; i < 2000; ++i) {
        const double factor = std::ldexp(rng.uniform(0.5, 1.0), 8 - static_cast<int>(i % 41));
        const CFactor words = c_factor(factor);
        CHECK(words.left >= 0);
        CHECK(words.left <= 31);
        CHECK(std::ldexp(static_cast<double>(words.words), words.left - 87) ==
              std::min(factor, 255.0));
    }
    CHECK_THROWS_AS(c_factor(-0.5), ExportError);
    CHECK_THROWS_AS(c_factor(std::nan("")), ExportError);
}
