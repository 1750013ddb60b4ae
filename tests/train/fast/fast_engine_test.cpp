#include "train/engine/fast/fast_engine.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "space/errors.hpp"
#include "space/spaces/cells.hpp"
#include "tests/train/fast/lane_maps.hpp"
#include "tests/train/fast/support.hpp"

using namespace nanonas;
using namespace nanonas::test;
using namespace nanonas::train;

namespace {

bool same(const ModelState& a, const ModelState& b) {
    return a.weights == b.weights && a.adam_first == b.adam_first &&
           a.adam_second == b.adam_second && a.steps == b.steps;
}

}  // namespace

TEST_CASE("results do not depend on threads, runs or what was computed before") {
    Rng rng(5);
    const space::Shape input{25, 25, 3};
    const TrainingImages data(input, 128, 3, rng);
    const space::Network network = space::CellSpace{input, 3, 0.5}.build({5, 3});
    for (const std::int64_t size : {16, 100, 128}) {
        INFO("batch " << size);
        std::vector<ModelState> states;
        for (const int threads : {1, 2, 3, 1}) {
            const auto model = make_fast_engine()->create(network, {}, 7, threads);
            if (states.size() == 3) {
                model->logits(data.view(), data.order.data(), 128);
            }
            for (int step = 0; step < 3; ++step) {
                model->train_batch(data.batch(0, size), {});
            }
            states.push_back(model->state());
        }
        for (const ModelState& state : states) {
            CHECK(same(state, states.front()));
        }
    }
}

TEST_CASE("a restored model goes on with the same bits") {
    Rng rng(6);
    const space::Shape input{20, 20, 1};
    const TrainingImages data(input, 64, 4, rng);
    const space::Network network = space::CellSpace{input, 4, 0.5}.build({3, 2});
    StepOptions options;
    options.weight_decay = 0.01;
    const auto first = make_fast_engine()->create(network, {}, 1, 1);
    first->train_batch(data.batch(0, 33), options);
    const auto second = make_fast_engine()->create(network, {}, 99, 1);
    second->train_batch(data.batch(8, 40), options);
    second->restore(first->state());
    CHECK(same(first->state(), second->state()));
    for (int step = 0; step < 3; ++step) {
        CHECK(first->train_batch(data.batch(step, 17), options) ==
              second->train_batch(data.batch(step, 17), options));
    }
    CHECK(same(first->state(), second->state()));
    ModelState torn = first->state();
    torn.adam_second.erase("classifier.bias");
    CHECK_THROWS_AS(first->restore(torn), NetworkError);
    CHECK(same(first->state(), second->state()));
}

TEST_CASE("a restored network with sums goes on with the same bits") {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{10, 9, 3};
        const TrainingImages data(input, 64, 4, rng);
        const space::Network network = random_graph(rng, input, 4);
        const auto first = make_fast_engine()->create(network, {}, 1, 1);
        first->train_batch(data.batch(0, 33), {});
        const auto second = make_fast_engine()->create(network, {}, 99, 2);
        second->train_batch(data.batch(8, 40), {});
        second->restore(first->state());
        for (int step = 0; step < 3; ++step) {
            CHECK(first->train_batch(data.batch(step, 17), {}) ==
                  second->train_batch(data.batch(step, 17), {}));
        }
        CHECK(same(first->state(), second->state()));
        CHECK(first->logits(data.view(), data.order.data(), 50) ==
              second->logits(data.view(), data.order.data(), 50));
    }
}

TEST_CASE("one value per channel normalizes to nothing and moves no statistics") {
    Rng rng(8);
    const space::Shape input{3, 3, 1};
    const TrainingImages data(input, 4, 2, rng);
    const space::Network network = space::CellSpace{input, 2, 0.0}.build({2, 1});
    const auto fast = make_fast_engine()->create(network, {}, 2, 1);
    const space::Weights before = fast->weights();
    const double loss = fast->train_batch(data.batch(0, 1), {});
    CHECK(std::isfinite(loss));
    CHECK(fast->weights().at("cell1.bn.running_mean") == before.at("cell1.bn.running_mean"));
    CHECK(fast->weights().at("cell1.bn.running_var") == before.at("cell1.bn.running_var"));
    CHECK_FALSE(fast->weights().at("stem.bn.running_mean") == before.at("stem.bn.running_mean"));
}

TEST_CASE("networks without a kernel for each layer are left to another engine") {
    const space::Shape input{12, 12, 3};
    const auto engine = make_fast_engine();
    const auto block = [&](const space::Conv2d& convolution, std::int64_t pool) {
        space::Network network{input, {}};
        network.add("a", convolution)
            .add("a.bn", space::BatchNorm{})
            .add("a.relu", space::Relu{})
            .add("a.pool", space::MaxPool2d{pool})
            .add("b", space::Conv2d{2})
            .add("b.bn", space::BatchNorm{})
            .add("b.relu", space::Relu{})
            .add("average", space::GlobalAveragePool{})
            .add("classifier", space::Dense{2})
            .add("softmax", space::Softmax{});
        return network;
    };
    CHECK(engine->covers(block({3, 3}, 2)));
    CHECK(engine->covers(block({3, 5}, 2)));
    CHECK(engine->covers(block({3, 3}, 3)));
    space::Network plain{input, {}};
    plain.add("a", space::Conv2d{3, 3, true}).add("average", space::GlobalAveragePool{});
    CHECK_FALSE(engine->covers(plain));
    CHECK_THROWS_AS(engine->create(plain, {}, 1, 1), NetworkError);
    space::Network loose = block({3, 3}, 2);
    loose.nodes.erase(loose.nodes.end() - 3, loose.nodes.end());
    loose.add("spare", space::Relu{}, {2});
    loose.add("average", space::GlobalAveragePool{}, {7});
    loose.add("classifier", space::Dense{2}).add("softmax", space::Softmax{});
    CHECK_FALSE(engine->covers(loose));  // nothing reads what "spare" writes
    CHECK_THROWS_WITH(engine->create(loose, {}, 1, 1), Catch::Contains("layer 'spare'"));
    const auto model = engine->create(block({3, 3}, 2), {}, 1, 1);
    Rng rng(9);
    const TrainingImages other({13, 12, 3}, 4, 2, rng);
    CHECK_THROWS_AS(model->train_batch(other.batch(0, 4), {}), NetworkError);
}

TEST_CASE("every SIMD target learns alike") {
    Rng rng(10);
    const space::Shape input{14, 13, 3};
    const TrainingImages data(input, 48, 3, rng);
    const space::Network network = space::CellSpace{input, 3, 0.0}.build({3, 2});
    std::vector<double> losses;
    lanes::for_each_target([&] {
        const auto model = make_fast_engine()->create(network, {}, 4, 1);
        double loss = 0.0;
        for (int step = 0; step < 5; ++step) {
            loss = model->train_batch(data.batch(0, 48), {});
        }
        losses.push_back(loss);
    });
    CHECK(losses.front() > 0.0);
    for (const double loss : losses) {
        CHECK(loss == Approx(losses.front()).epsilon(1e-3));
    }
}
