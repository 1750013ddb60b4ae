// The fast engine beside the stock one.
#include <catch2/catch.hpp>

#include "space/spaces/cells.hpp"
#include "tests/train/fast/support.hpp"
#include "train/engine/fast/fast_engine.hpp"
#include "train/engine/stock/stock_engine.hpp"

using namespace nanonas;
using namespace nanonas::test;
using namespace nanonas::train;

namespace {

/// Of 70 images in 5 classes, after some training.
void check_logits(const space::Network& network, const TrainingImages& data, std::uint64_t seed) {
    const auto fast = make_fast_engine()->create(network, {}, seed, 2);
    const auto stock = make_stock_engine()->create(network, {}, seed, 1);
    for (int step = 0; step < 4; ++step) {
        fast->train_batch(data.batch(16 * step, 16), {});
    }
    stock->restore(fast->state());
    const std::vector<float> actual = fast->logits(data.view(), data.order.data(), 70);
    const std::vector<float> expected = stock->logits(data.view(), data.order.data(), 70);
    CHECK(difference({{350}, actual}, {{350}, expected}) < 1e-4);
}

}  // namespace

TEST_CASE("logits equal the stock engine's") {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{26, 25, 3};
        const TrainingImages data(input, 70, 5, rng);
        const space::Network network =
            random_network(rng, input, 5, 12, rng.below(2) == 0 ? 0.0 : 0.5);
        check_logits(network, data, seed);
    }
}

TEST_CASE("logits of graphs equal the stock engine's") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{9, 11, 3};
        const TrainingImages data(input, 70, 5, rng);
        const space::Network network = random_graph(rng, input, 5);
        check_logits(network, data, seed);
    }
}

TEST_CASE("weight decay, steps and losses follow the stock engine's") {
    Rng rng(7);
    const space::Shape input{16, 16, 3};
    const TrainingImages data(input, 160, 4, rng);
    const space::Network network = space::CellSpace{input, 4, 0.0}.build({4, 2});
    const auto fast = make_fast_engine()->create(network, {}, 2, 1);
    const auto stock = make_stock_engine()->create(network, {}, 2, 1);
    StepOptions options;
    options.weight_decay = 0.05;
    options.learning_rate = 0.003;
    double first_loss = 0.0;
    double last_loss = 0.0;
    for (int step = 0; step < 30; ++step) {
        const Batch batch = data.batch(step % 5 * 32, 32);
        last_loss = fast->train_batch(batch, options);
        first_loss = step == 0 ? last_loss : first_loss;
        CHECK(last_loss == Approx(stock->train_batch(batch, options)).epsilon(0.02));
    }
    CHECK(last_loss < 0.8 * first_loss);
}
