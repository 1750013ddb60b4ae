#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "space/cell_space.hpp"
#include "space/errors.hpp"
#include "tests/train/fast/lane_maps.hpp"
#include "tests/train/fast/reference_network.hpp"
#include "train/engine/batch_input.hpp"
#include "train/engine/fast/fast_engine.hpp"
#include "train/engine/stock_engine.hpp"

using namespace nanonas;
using namespace nanonas::train;

namespace {

/// Random images; class 1 is brighter on its left half, so that there is something to learn.
struct Data {
    space::Shape shape;
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;
    std::vector<std::int64_t> order;

    Data(const space::Shape& input, std::int64_t count, std::int64_t classes, Rng& rng)
        : shape(input) {
        for (std::int64_t i = 0; i < count; ++i) {
            labels.push_back(static_cast<std::int32_t>(i % classes));
            for (std::int64_t p = 0; p < shape.elements(); ++p) {
                const bool left = p / shape.channels % shape.width < shape.width / 2;
                const std::uint64_t light = left ? static_cast<std::uint64_t>(i % classes) * 25 : 0;
                pixels.push_back(static_cast<std::uint8_t>(rng.below(200) + light));
            }
        }
        order.resize(static_cast<std::size_t>(count));
        std::iota(order.begin(), order.end(), 0);
        rng.shuffle(order);
    }

    space::ImageView view() const {
        return {shape, static_cast<std::int64_t>(labels.size()), pixels.data(), labels.data()};
    }
    Batch batch(std::int64_t first, std::int64_t size) const {
        Batch batch;
        batch.images = view();
        batch.indices = order.data() + first;
        batch.size = size;
        batch.dropout_seed = static_cast<std::uint64_t>(first + 1);
        return batch;
    }
};

space::Network random_network(Rng& rng, const space::Shape& input, std::int64_t classes) {
    const space::CellSpace cells{input, classes, rng.below(2) == 0 ? 0.0 : 0.5};
    const auto k = static_cast<std::int64_t>(1 + rng.below(12));
    const auto c =
        static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(cells.deepest()) + 1));
    return cells.build({k, c});
}

/// A chain the cell space does not build: blocks without pooling, biases, a 1x1 convolution.
space::Network odd_network(const space::Shape& input) {
    space::Network network{input, {}};
    network.add("a", space::Conv2d{5, 3, true})
        .add("a.bn", space::BatchNorm{1e-3, 0.2})
        .add("a.relu", space::Relu{})
        .add("b", space::Conv2d{7, 1, false})
        .add("b.bn", space::BatchNorm{1e-5, 0.1})
        .add("b.relu", space::Relu{})
        .add("b.pool", space::MaxPool2d{})
        .add("c", space::Conv2d{6, 3, false})
        .add("c.bn", space::BatchNorm{})
        .add("c.relu", space::Relu{})
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{4})
        .add("softmax", space::Softmax{});
    return network;
}

double largest_of(const space::Tensor& tensor) {
    double largest = 0.0;
    for (const float value : tensor.values) {
        largest = std::max(largest, std::abs(static_cast<double>(value)));
    }
    return largest;
}

/// Largest distance, relative to b's largest value or to `least` where that is larger.
double difference(const space::Tensor& a, const space::Tensor& b, double least = 1e-12) {
    REQUIRE(a.shape == b.shape);
    const double largest = std::max(least, largest_of(b));
    double error = 0.0;
    for (std::size_t i = 0; i < b.values.size(); ++i) {
        const double distance = std::abs(static_cast<double>(a.values[i] - b.values[i]));
        error = distance <= error ? error : distance;  // NaN counts as an error
    }
    return error / largest;
}

bool same(const ModelState& a, const ModelState& b) {
    return a.weights == b.weights && a.adam_first == b.adam_first &&
           a.adam_second == b.adam_second && a.steps == b.steps;
}

/// A tenth of the loss's gradient by the plain loops, in double precision: the exact first moments.
std::map<std::string, space::Tensor> exact_moments(const space::Network& network,
                                                   const Batch& batch,
                                                   const space::Preprocess& preprocess,
                                                   double label_smoothing) {
    const space::Shape& input = network.input;
    const std::vector<float> pixels =
        planar_input(batch.images, batch.indices, batch.size, batch.augment, preprocess);
    lanes::reference::Images images(batch.size, input.channels, input.height, input.width);
    images.values.assign(pixels.begin(), pixels.end());
    std::vector<std::int32_t> labels;
    for (std::int64_t n = 0; n < batch.size; ++n) {
        labels.push_back(batch.images.labels[batch.indices[n]]);
    }
    std::vector<float> mask;
    for (std::size_t layer = 0; layer < network.layers.size(); ++layer) {
        if (const auto* dropout = std::get_if<space::Dropout>(&network.layers[layer].kind)) {
            mask = dropout_mask(batch.dropout_seed, layer, dropout->rate, batch.size,
                                network.layers[layer].input.channels);
        }
    }
    std::map<std::string, space::Tensor> moments;
    for (const auto& [name, values] : lanes::reference::network_gradients(
             network, initial_weights(network, 3), images, labels, mask, label_smoothing)) {
        space::Tensor& tensor = moments[name];
        for (const double value : values) {
            tensor.values.push_back(static_cast<float>(0.1 * value));
        }
    }
    return moments;
}

/// After one step Adam's first moment is a tenth of the gradient: autograd's, in the stock engine.
/// Returns how many tensors double precision had to settle.
int compare_gradients(const space::Network& network, const Data& data, std::int64_t size,
                      const AugmentDraw* augment, double label_smoothing) {
    const space::Preprocess preprocess{1.0F / 255.0F, 128};
    const auto fast = make_fast_engine()->create(network, preprocess, 3, 1);
    const auto stock = make_stock_engine()->create(network, preprocess, 3, 1);
    StepOptions options;
    options.label_smoothing = label_smoothing;
    Batch batch = data.batch(0, size);
    batch.augment = augment;
    const double loss = fast->train_batch(batch, options);
    CHECK(loss == Approx(stock->train_batch(batch, options)).epsilon(1e-4));
    const ModelState actual = fast->state();
    const ModelState expected = stock->state();
    // A scale that the next batch norm takes away again has a gradient of nearly equal parts: in
    // single precision neither engine knows it better than this share of the largest gradient.
    double least = 0.0;
    for (const auto& [name, gradient] : expected.adam_first) {
        least = std::max(least, 1e-3 * largest_of(gradient));
    }
    int settled = 0;
    for (const auto& [name, gradient] : expected.adam_first) {
        INFO(name);
        if (name == "a.bias") {
            continue;  // a bias before batch norm has no gradient, only autograd's rounding errors
        }
        const double distance = difference(actual.adam_first.at(name), gradient, least);
        if (distance < 1e-4) {
            CHECK(distance < 1e-4);
            continue;
        }
        // Both engines round: what counts in the end is the distance from the exact gradient.
        space::Tensor exact = exact_moments(network, batch, preprocess, label_smoothing).at(name);
        exact.shape = gradient.shape;
        CHECK(difference(actual.adam_first.at(name), exact, least) < 1e-4);
        ++settled;
    }
    for (const auto& [name, tensor] : expected.weights) {
        INFO(name);
        if (name.find("running") != std::string::npos) {
            CHECK(difference(actual.weights.at(name), tensor) < 1e-4);
        }
    }
    const std::vector<float> a = fast->logits(data.view(), data.order.data(), size);
    CHECK(a.size() == static_cast<std::size_t>(size * network.classes()));
    return settled;
}

std::vector<AugmentDraw> draws(Rng& rng, std::int64_t count) {
    AugmentOptions options;
    options.flip = true;
    options.shift = 2;
    options.brightness = 0.2;
    std::vector<AugmentDraw> result;
    for (std::int64_t i = 0; i < count; ++i) {
        result.push_back(draw_augment(options, rng));
    }
    return result;
}

}  // namespace

TEST_CASE("whole-network gradients equal autograd's") {
    constexpr std::int64_t kSides[] = {25, 3, 1, 12, 2, 7, 28, 5, 33};
    int settled = 0;
    for (std::uint64_t seed = 0; seed < 36; ++seed) {
        Rng rng(seed);
        const std::int64_t side = kSides[seed % 9];
        INFO("seed " << seed << ", side " << side);
        const space::Shape input{side, rng.below(3) == 0 ? side + 3 : side,
                                 rng.below(2) == 0 ? 1 : 3};
        const auto classes = static_cast<std::int64_t>(2 + rng.below(9));
        const Data data(input, 40, classes, rng);
        const auto size = static_cast<std::int64_t>(2 + rng.below(32));
        const std::vector<AugmentDraw> augment = draws(rng, size);
        settled +=
            compare_gradients(random_network(rng, input, classes), data, size,
                              seed % 3 == 0 ? augment.data() : nullptr, seed % 2 == 0 ? 0.0 : 0.1);
    }
    CHECK(settled <= 2);  // of some 500
}

TEST_CASE("gradients of chains beyond the cell space equal autograd's") {
    Rng rng(1);
    const space::Shape input{11, 9, 3};
    const Data data(input, 40, 4, rng);
    REQUIRE(make_fast_engine()->covers(odd_network(input)));
    CHECK(compare_gradients(odd_network(input), data, 33, nullptr, 0.0) == 0);
}

TEST_CASE("whole-network gradients equal the plain loops' on every SIMD target") {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{9, 14, 3};
        const auto size = static_cast<std::int64_t>(5 + rng.below(29));
        const Data data(input, 40, 3, rng);
        const space::Network network = random_network(rng, input, 3);
        const Batch batch = data.batch(0, size);
        const space::Preprocess preprocess{1.0F / 255.0F, 100};
        lanes::reference::Images images(size, 3, input.height, input.width);
        std::vector<std::int32_t> labels;
        for (std::int64_t n = 0; n < size; ++n) {
            const std::int64_t row = data.order[static_cast<std::size_t>(n)];
            labels.push_back(data.labels[static_cast<std::size_t>(row)]);
            for (std::int64_t p = 0; p < input.elements(); ++p) {
                images.at(n, p % 3, p / 3 / input.width, p / 3 % input.width) =
                    static_cast<double>(preprocess.apply(data.view().image(row)[p]));
            }
        }
        std::vector<float> mask;
        for (std::size_t layer = 0; layer < network.layers.size(); ++layer) {
            if (const auto* dropout = std::get_if<space::Dropout>(&network.layers[layer].kind)) {
                mask = dropout_mask(batch.dropout_seed, layer, dropout->rate, size,
                                    network.layers[layer].input.channels);
            }
        }
        const auto expected = lanes::reference::network_gradients(
            network, initial_weights(network, 1), images, labels, mask, 0.0);
        double least = 0.0;
        for (const auto& [name, values] : expected) {
            for (const double value : values) {
                least = std::max(least, 1e-3 * std::abs(value));
            }
        }
        lanes::for_each_target([&] {
            const auto model = make_fast_engine()->create(network, preprocess, 1, 1);
            model->train_batch(batch, {});
            const ModelState state = model->state();
            for (const auto& [name, values] : expected) {
                INFO(name);
                lanes::Values actual;
                for (const float moment : state.adam_first.at(name).values) {
                    actual.push_back(10.0 * static_cast<double>(moment));
                }
                CHECK(lanes::relative_error(actual, values, least) < 1e-4);
            }
        });
    }
}

TEST_CASE("logits equal the stock engine's") {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{26, 25, 3};
        const Data data(input, 70, 5, rng);
        const space::Network network = random_network(rng, input, 5);
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
}

TEST_CASE("results do not depend on threads, runs or what was computed before") {
    Rng rng(5);
    const space::Shape input{25, 25, 3};
    const Data data(input, 128, 3, rng);
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
    const Data data(input, 64, 4, rng);
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

TEST_CASE("weight decay, steps and losses follow the stock engine's") {
    Rng rng(7);
    const space::Shape input{16, 16, 3};
    const Data data(input, 160, 4, rng);
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

TEST_CASE("one value per channel normalizes to nothing and moves no statistics") {
    Rng rng(8);
    const space::Shape input{3, 3, 1};
    const Data data(input, 4, 2, rng);
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
    CHECK_FALSE(engine->covers(block({3, 5}, 2)));
    CHECK_FALSE(engine->covers(block({3, 3}, 3)));
    space::Network plain{input, {}};
    plain.add("a", space::Conv2d{3, 3, true}).add("average", space::GlobalAveragePool{});
    CHECK_FALSE(engine->covers(plain));
    CHECK_THROWS_AS(engine->create(plain, {}, 1, 1), NetworkError);
    const auto model = engine->create(block({3, 3}, 2), {}, 1, 1);
    Rng rng(9);
    const Data other({13, 12, 3}, 4, 2, rng);
    CHECK_THROWS_AS(model->train_batch(other.batch(0, 4), {}), NetworkError);
}

TEST_CASE("every SIMD target learns alike") {
    Rng rng(10);
    const space::Shape input{14, 13, 3};
    const Data data(input, 48, 3, rng);
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
