// How long the interpreters take: test_export "[bench]".
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "export/float_interpreter.hpp"
#include "export/int8/interpreter.hpp"
#include "export/simd/float_interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "space/spaces/cells.hpp"
#include "tests/export/random_network.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

constexpr std::int64_t kImages = 64;

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Median of seven, in microseconds of CPU time an image.
template <typename Work>
double median_us(Work work) {
    std::vector<double> times;
    for (int round = 0; round < 7; ++round) {
        const double start = cpu_seconds();
        work();
        times.push_back((cpu_seconds() - start) * 1e6 / static_cast<double>(kImages));
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

}  // namespace

TEST_CASE("time of the interpreters", "[.bench]") {
    Rng rng(1);
    const space::CellSpace cells({28, 28, 1}, 10);
    const space::TrainedNetwork trained = test::random_trained(cells.build({12, 4}), rng);
    const FloatNetwork folded = float_network(trained);
    const Int8Network network = testing::random_network(cells, {12, 4}, rng);
    const testing::RandomImages images(cells.input, kImages, rng);
    std::printf("(12,4) on 28x28x1, %lld multiply-accumulates; microseconds an image\n",
                static_cast<long long>(space::macc(folded.network)));

    FloatInterpreter exact(folded);
    const double naive_float = median_us([&] {
        for (std::int64_t i = 0; i < kImages; ++i) {
            exact.run(images.view().image(i));
        }
    });
    Int8Interpreter oracle(network);
    const double naive_int8 = median_us([&] {
        for (std::int64_t i = 0; i < kImages; ++i) {
            oracle.run(images.view().image(i));
        }
    });
    simd::FloatInterpreter fast_exact(folded);
    const double fast_float = median_us([&] {
        for (std::int64_t i = 0; i < kImages; ++i) {
            fast_exact.run(images.view().image(i));
        }
    });
    simd::Int8Interpreter fast_oracle(network);
    const double fast_int8 = median_us([&] {
        for (std::int64_t i = 0; i < kImages; ++i) {
            fast_oracle.run(images.view().image(i));
        }
    });
    std::printf("         naive    vectors    ratio\n");
    std::printf("float %8.1f %10.1f %8.1f\n", naive_float, fast_float, naive_float / fast_float);
    std::printf("int8  %8.1f %10.1f %8.1f\n", naive_int8, fast_int8, naive_int8 / fast_int8);
}
