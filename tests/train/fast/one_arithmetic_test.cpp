// Sixteen lanes are sixteen lanes: targets of one arithmetic train to the same bits.
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

/// Trains each of some networks on all targets: those of one arithmetic agree. Returns a checksum
/// of all that targets with a fused multiply-add gave; empty where there are none.
template <typename Draw>
std::string fused_bits(std::uint64_t first_seed, std::uint64_t end_seed, Draw draw_network) {
    std::string all;
    constexpr std::int64_t kSides[] = {25, 3, 1, 12, 2, 9, 14, 31};
    for (std::uint64_t seed = first_seed; seed < end_seed; ++seed) {
        Rng rng(seed);
        const std::int64_t side = kSides[seed % 8];
        const space::Shape input{side, side + static_cast<std::int64_t>(rng.below(3)),
                                 rng.below(2) == 0 ? 1 : 3};
        INFO("seed " << seed << ", " << to_string(input));
        const TrainingImages data(input, 200, 3, rng);
        const space::Network network = draw_network(rng, seed, input);
        const auto size = static_cast<std::int64_t>(17 + rng.below(60));
        std::map<std::string, std::string> bits;  // by arithmetic
        testing::for_each_target([&] {
            const std::string trained = trained_bits(network, data, size);
            const auto first = bits.emplace(lanes::arithmetic(), trained).first;
            INFO(lanes::target_name() << ", " << first->first);
            CHECK(trained == first->second);
        });
        all += bits.count("16 lanes fused") == 0 ? "" : bits.at("16 lanes fused");
    }
    return all.empty() ? all : checksum(all);
}

}  // namespace

// The checksums are those of this machine and of any other: the test of 64-bit ARM runs them, too.

TEST_CASE("targets of one arithmetic train to the same bits") {
    const std::string bits =
        fused_bits(0, 16, [](Rng& rng, std::uint64_t seed, const space::Shape& input) {
            return seed < 8 ? random_network(rng, input, 3, 6, 0.0) : random_chain(rng, input, 3);
        });
    CHECK((bits.empty() || bits == "3070c5a1213e7758"));
}

TEST_CASE("targets of one arithmetic train graphs to the same bits") {
    const std::string bits =
        fused_bits(300, 324, [](Rng& rng, std::uint64_t, const space::Shape& input) {
            return random_graph(rng, input, 3);
        });
    CAPTURE(bits);
    CHECK((bits.empty() || bits == "72185e2926018b08"));
}
