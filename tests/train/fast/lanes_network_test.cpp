#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <thread>

#include "tests/train/fast/lane_maps.hpp"
#include "tests/train/fast/reference_network.hpp"
#include "tests/train/fast/support.hpp"
#include "tests/train/fast/trained.hpp"

using namespace nanonas;
using namespace nanonas::test;
using namespace nanonas::train;

namespace {

constexpr std::int64_t kSides[] = {25, 3, 1, 12, 2, 9};

/// A step on the batch whose gradients are at most `close` from those of the plain loops; `vanish`:
/// there may be some that these have not.
void step_beside_plain_loops(Trained& trained, const space::Network& network, const Batch& batch,
                             bool vanish, double close) {
    const auto expected = lanes::reference::network_gradients(
        network, initial_weights(network, 5), plain_images(batch, {1.0F / 255.0F, 128}),
        labels_of(batch), {}, 0.1);
    const double least = least_gradient(expected);
    trained.step(batch);
    for (const lanes::Slot& slot : trained.lanes().plan().slots) {
        if (!slot.trainable) {
            continue;
        }
        INFO(slot.name);
        const float* from = trained.lanes().gradient() + slot.offset;
        if (vanish && expected.count(slot.name) == 0) {  // of a bias that batch norm takes away
            CHECK(std::all_of(from, from + slot.count, [](float g) { return g == 0.0F; }));
            continue;
        }
        CHECK(lanes::relative_error(std::vector<float>(from, from + slot.count),
                                    expected.at(slot.name), least) < close);
    }
}

}  // namespace

TEST_CASE("training steps give the same bits for any number of threads") {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Rng rng(seed);
        const std::int64_t side = kSides[seed];
        const space::Shape input{side, side, rng.below(2) == 0 ? 1 : 3};
        INFO("seed " << seed << ", side " << side);
        const TrainingImages data(input, 200, 3, rng);
        const space::Network network =
            seed % 2 == 0 ? random_network(rng, input, 3, 6, 0.0) : random_chain(rng, input, 3);
        const auto size = static_cast<std::int64_t>(17 + rng.below(60));
        Trained alone(network, 1);
        std::vector<double> losses;
        for (std::int64_t step = 0; step < 4; ++step) {
            losses.push_back(alone.step(data.batch(step * 20, size)));
        }
        const std::vector<float> logits = alone.logits(data.batch(0, 100));
        for (const int threads : {2, 3}) {
            Trained together(network, threads);
            for (std::int64_t step = 0; step < 4; ++step) {
                REQUIRE(together.step(data.batch(step * 20, size)) ==
                        losses[static_cast<std::size_t>(step)]);
            }
            REQUIRE(together.parameters() == alone.parameters());
            REQUIRE(together.running() == alone.running());
            REQUIRE(together.logits(data.batch(0, 100)) == logits);
        }
    }
}

TEST_CASE("gradients with several threads equal the plain loops'") {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Rng rng(seed + 100);
        const std::int64_t side = kSides[seed];
        const space::Shape input{side, side, 3};
        INFO("seed " << seed + 100 << ", side " << side);
        const TrainingImages data(input, 60, 3, rng);
        const space::Network network = random_network(rng, input, 3, 6, 0.0);
        const auto size = static_cast<std::int64_t>(2 + rng.below(50));
        const Batch batch = data.batch(0, size);
        Trained trained(network, 2);
        step_beside_plain_loops(trained, network, batch, false, 1e-4);
    }
}

TEST_CASE("gradients of graphs equal the plain loops' for any number of threads") {
    for (std::uint64_t seed = 200; seed < 320; ++seed) {
        Rng rng(seed);
        const space::Shape input{static_cast<std::int64_t>(2 + rng.below(9)),
                                 static_cast<std::int64_t>(2 + rng.below(9)),
                                 rng.below(2) == 0 ? 1 : 3};
        INFO("seed " << seed << ", " << to_string(input));
        const TrainingImages data(input, 60, 3, rng);
        const space::Network network = random_graph(rng, input, 3);
        REQUIRE(lanes::plan_network(network));
        const auto size = static_cast<std::int64_t>(8 + rng.below(30));
        const Batch batch = data.batch(0, size);
        Trained trained(network, 1);
        step_beside_plain_loops(trained, network, batch, true, 1e-3);
        Trained together(network, 3);
        together.step(batch);
        REQUIRE(together.parameters() == trained.parameters());
        REQUIRE(together.running() == trained.running());
        REQUIRE(together.logits(data.batch(0, 40)) == trained.logits(data.batch(0, 40)));
    }
}

TEST_CASE("blocks that go backward part by part give the bits of those in one piece") {
    int parts[3] = {};
    for (std::uint64_t seed = 500; seed < 540; ++seed) {
        Rng rng(seed);
        const space::Shape input{static_cast<std::int64_t>(5 + rng.below(30)),
                                 static_cast<std::int64_t>(5 + rng.below(30)), 3};
        INFO("seed " << seed << ", " << to_string(input));
        const TrainingImages data(input, 80, 3, rng);
        const space::Network network =
            seed % 2 == 0 ? random_graph(rng, input, 3) : random_chain(rng, input, 3);
        const auto plan = lanes::plan_network(network, 0);
        for (const lanes::BlockPlan& block : plan->blocks) {
            ++parts[static_cast<int>(block.order)];
        }
        const auto size = static_cast<std::int64_t>(8 + rng.below(30));
        Trained whole(network, 1, std::numeric_limits<lanes::Index>::max());
        Trained in_parts(network, 2, 0);
        for (std::int64_t step = 0; step < 3; ++step) {
            REQUIRE(in_parts.step(data.batch(step * 20, size)) ==
                    whole.step(data.batch(step * 20, size)));
        }
        REQUIRE(in_parts.parameters() == whole.parameters());
        REQUIRE(in_parts.running() == whole.running());
    }
    for (const int count : parts) {
        CHECK(count > 10);
    }
}

TEST_CASE("two networks train on threads of their own as each does alone") {
    Rng rng(9);
    const space::Shape input{13, 13, 3};
    const TrainingImages data(input, 100, 3, rng);
    const space::Network network = random_network(rng, input, 3, 6, 0.0);
    Trained alone(network, 1);
    for (std::int64_t step = 0; step < 6; ++step) {
        alone.step(data.batch(step * 10, 16));
    }
    std::vector<std::vector<float>> together(2);
    std::vector<std::thread> threads;
    for (std::vector<float>& parameters : together) {
        threads.emplace_back([&] {
            Trained trained(network, 2);
            for (std::int64_t step = 0; step < 6; ++step) {
                trained.step(data.batch(step * 10, 16));
            }
            parameters = trained.parameters();
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(together[0] == alone.parameters());
    CHECK(together[1] == alone.parameters());
}
