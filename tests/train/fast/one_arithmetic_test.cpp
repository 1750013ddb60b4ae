// Sixteen lanes are sixteen lanes: every target with fused multiply-adds trains to the same bits.
#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "space/checksum.hpp"
#include "space/little_endian.hpp"
#include "tests/support/simd_targets.hpp"
#include "tests/train/fast/support.hpp"
#include "tests/train/fast/trained.hpp"
#include "train/engine/fast/kernels/peak.hpp"

using namespace nanonas;
using namespace nanonas::test;
using namespace nanonas::train;

namespace {

/// SSE has no fused multiply-add, and the plain ones round twice.
bool fuses(const std::string& target) {
    return target.rfind("AVX", 0) == 0 || target == "NEON";
}

/// Parameters, running statistics and logits after some steps, of odd numbers of images.
std::string trained_bits(const space::Network& network, const TrainingImages& data,
                         std::int64_t size) {
    Trained trained(network, 1);
    for (std::int64_t step = 0; step < 4; ++step) {
        trained.step(data.batch(step * 20, size));
    }
    return checksum(little_endian(trained.parameters()) + little_endian(trained.running()) +
                    little_endian(trained.logits(data.batch(0, 100))));
}

}  // namespace

// On this machine and on any other: the test of 64-bit ARM runs it, too.
TEST_CASE("targets that fuse multiply-adds train to the same bits") {
    const std::string kAll = "3070c5a1213e7758";
    std::string all;
    constexpr std::int64_t kSides[] = {25, 3, 1, 12, 2, 9, 14, 31};
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
        Rng rng(seed);
        const std::int64_t side = kSides[seed % 8];
        const space::Shape input{side, side + static_cast<std::int64_t>(rng.below(3)),
                                 rng.below(2) == 0 ? 1 : 3};
        INFO("seed " << seed << ", " << to_string(input));
        const TrainingImages data(input, 200, 3, rng);
        const space::Network network =
            seed < 8 ? random_network(rng, input, 3, 6, 0.0) : random_chain(rng, input, 3);
        const auto size = static_cast<std::int64_t>(17 + rng.below(60));
        std::map<std::string, std::string> bits;
        testing::for_each_target([&] {
            const std::string target = lanes::target_name();
            if (fuses(target)) {
                bits[target] = trained_bits(network, data, size);
            }
        });
        for (const auto& [target, its] : bits) {
            INFO(target << " and " << bits.begin()->first);
            CHECK(its == bits.begin()->second);
        }
        all += bits.empty() ? "" : bits.begin()->second;
    }
    if (!all.empty()) {
        CHECK(checksum(all) == kAll);
    }
}
