#include "train/engine/fast/lanes_network.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "space/cell_space.hpp"
#include "tests/train/fast/lane_maps.hpp"
#include "tests/train/fast/reference_network.hpp"
#include "train/engine/fast/kernels/adam.hpp"

using namespace nanonas;
using namespace nanonas::train;
using lanes::Index;
using lanes::LanesNetwork;
using lanes::NetworkPlan;

namespace {

/// A network in training without an engine: flat parameters, Adam, batches in order.
class Trained {
  public:
    Trained(const space::Network& network, int threads)
        : lanes_(*lanes::plan_network(network), {1.0F / 255.0F, 128}, threads),
          parameters_(static_cast<std::size_t>(lanes_.plan().trainable)),
          first_(parameters_.size()),
          second_(parameters_.size()),
          running_(static_cast<std::size_t>(lanes_.plan().running)) {
        const space::Weights weights = initial_weights(network, 5);
        for (const lanes::Slot& slot : lanes_.plan().slots) {
            const std::vector<float>& values = weights.at(slot.name).values;
            std::copy(values.begin(), values.end(),
                      (slot.trainable ? parameters_ : running_).begin() + slot.offset);
        }
    }

    double step(const Batch& batch) {
        const double loss =
            lanes_.gradients(batch, nullptr, 0.1, parameters_.data(), running_.data());
        ++steps_;
        lanes::AdamStep adam;
        adam.learning_rate = 0.01;
        adam.step = steps_;
        lanes::adam(adam, lanes_.plan().trainable, lanes_.gradient(), parameters_.data(),
                    first_.data(), second_.data());
        return loss;
    }

    std::vector<float> logits(const Batch& batch) {
        std::vector<float> out(
            static_cast<std::size_t>(batch.size * lanes_.plan().network.classes()));
        lanes_.logits(batch.images, batch.indices, batch.size, parameters_.data(), running_.data(),
                      out.data());
        return out;
    }

    const std::vector<float>& parameters() const { return parameters_; }
    const std::vector<float>& running() const { return running_; }
    const LanesNetwork& lanes() const { return lanes_; }

  private:
    LanesNetwork lanes_;
    std::vector<float> parameters_, first_, second_, running_;
    double steps_ = 0.0;
};

struct Data {
    space::Shape shape;
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;
    std::vector<std::int64_t> order;

    Data(const space::Shape& input, std::int64_t count, std::int64_t classes, Rng& rng)
        : shape(input), order(static_cast<std::size_t>(count)) {
        for (std::int64_t i = 0; i < count * shape.elements(); ++i) {
            pixels.push_back(static_cast<std::uint8_t>(rng.below(256)));
        }
        for (std::int64_t i = 0; i < count; ++i) {
            labels.push_back(static_cast<std::int32_t>(i % classes));
        }
        std::iota(order.begin(), order.end(), 0);
        rng.shuffle(order);
    }

    Batch batch(std::int64_t first, std::int64_t size) const {
        Batch batch;
        batch.images = {shape, static_cast<std::int64_t>(labels.size()), pixels.data(),
                        labels.data()};
        batch.indices = order.data() + first;
        batch.size = size;
        return batch;
    }
};

constexpr std::int64_t kSides[] = {25, 3, 1, 12, 2, 9};

space::Network random_network(Rng& rng, const space::Shape& input, std::int64_t classes) {
    const space::CellSpace cells{input, classes, 0.0};
    const auto k = static_cast<std::int64_t>(1 + rng.below(6));
    const auto c =
        static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(cells.deepest()) + 1));
    return cells.build({k, c});
}

}  // namespace

TEST_CASE("training steps give the same bits for any number of threads") {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Rng rng(seed);
        const std::int64_t side = kSides[seed];
        const space::Shape input{side, side, rng.below(2) == 0 ? 1 : 3};
        INFO("seed " << seed << ", side " << side);
        const Data data(input, 200, 3, rng);
        const space::Network network = random_network(rng, input, 3);
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
        const Data data(input, 60, 3, rng);
        const space::Network network = random_network(rng, input, 3);
        const auto size = static_cast<std::int64_t>(2 + rng.below(50));
        const Batch batch = data.batch(0, size);
        lanes::reference::Images images(size, 3, side, side);
        std::vector<std::int32_t> labels;
        for (std::int64_t n = 0; n < size; ++n) {
            const std::int64_t row = batch.indices[n];
            labels.push_back(data.labels[static_cast<std::size_t>(row)]);
            for (std::int64_t p = 0; p < input.elements(); ++p) {
                images.at(n, p % 3, p / 3 / side, p / 3 % side) = static_cast<double>(
                    space::Preprocess{1.0F / 255.0F, 128}.apply(batch.images.image(row)[p]));
            }
        }
        const auto expected = lanes::reference::network_gradients(
            network, initial_weights(network, 5), images, labels, {}, 0.1);
        double least = 0.0;
        for (const auto& [name, values] : expected) {
            for (const double value : values) {
                least = std::max(least, 1e-3 * std::abs(value));
            }
        }
        Trained trained(network, 2);
        trained.step(batch);
        for (const lanes::Slot& slot : trained.lanes().plan().slots) {
            if (!slot.trainable) {
                continue;
            }
            INFO(slot.name);
            const float* from = trained.lanes().gradient() + slot.offset;
            CHECK(lanes::relative_error(std::vector<float>(from, from + slot.count),
                                        expected.at(slot.name), least) < 1e-4);
        }
    }
}

TEST_CASE("two networks train on threads of their own as each does alone") {
    Rng rng(9);
    const space::Shape input{13, 13, 3};
    const Data data(input, 100, 3, rng);
    const space::Network network = random_network(rng, input, 3);
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
