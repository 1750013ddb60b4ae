// The fast engine's gradients against autograd and against plain loops.
#include <catch2/catch.hpp>

#include <map>
#include <set>

#include "tests/train/fast/lane_maps.hpp"
#include "tests/train/fast/reference_network.hpp"
#include "tests/train/fast/support.hpp"
#include "train/engine/batch_input.hpp"
#include "train/engine/fast/fast_engine.hpp"
#include "train/engine/stock/stock_engine.hpp"

using namespace nanonas;
using namespace nanonas::test;
using namespace nanonas::train;

namespace {

/// With dropout or without.
space::Network drawn_network(Rng& rng, const space::Shape& input, std::int64_t classes) {
    return random_network(rng, input, classes, 12, rng.below(2) == 0 ? 0.0 : 0.5);
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

std::int64_t draw_side(Rng& rng) {
    return static_cast<std::int64_t>(3 + rng.below(16));
}

std::set<std::string> biases_before_norms(const space::Network& network) {
    std::set<std::string> names;
    for (const space::Node& node : network.nodes) {
        if (std::holds_alternative<space::BatchNorm>(node.op)) {
            names.insert(network.nodes[node.inputs.front() - 1].name + ".bias");
        }
    }
    return names;
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
    std::map<std::string, space::Tensor> moments;
    for (const auto& [name, values] : lanes::reference::network_gradients(
             network, initial_weights(network, 3), images, labels_of(batch),
             mask_of(network, batch), label_smoothing)) {
        space::Tensor& tensor = moments[name];
        for (const double value : values) {
            tensor.values.push_back(static_cast<float>(0.1 * value));
        }
    }
    return moments;
}

// One tensor of some 500, the scale of a stem's batch norm on a 28x28 map, is 1.31e-4 from the
// exact gradient with AVX2 (single-precision sums over the map); with AVX-512 all are within 1e-4.
constexpr double kSettled = 2e-4;
// Behind linear blocks more of a gradient is taken away by the next batch norm: one first
// convolution's of some 300 tensors is 2.7e-4 from the exact gradient, of what little is left.
constexpr double kSettledLinear = 4e-4;
// Several of them follow each other in a graph: the shift of one batch norm of some 1500 tensors is
// 1.2e-3 from the exact gradient. A part that is missing is a hundred times that.
constexpr double kSettledGraph = 2e-3;

/// After one step Adam's first moment is a tenth of the gradient: autograd's, in the stock engine.
/// Returns how many tensors double precision had to settle.
int compare_gradients(const space::Network& network, const TrainingImages& data, std::int64_t size,
                      const AugmentDraw* augment, double label_smoothing, double close = kSettled) {
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
    const std::set<std::string> biases = biases_before_norms(network);
    int settled = 0;
    for (const auto& [name, gradient] : expected.adam_first) {
        INFO(name);
        if (biases.count(name) != 0) {
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
        CHECK(difference(actual.adam_first.at(name), exact, least) < close);
        ++settled;
    }
    for (const auto& [name, tensor] : expected.weights) {
        INFO(name);
        if (name.find("running") != std::string::npos) {
            // Behind a linear block the true mean is zero.
            CHECK(difference(actual.weights.at(name), tensor, 1e-2) < 1e-4);
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

/// compare_gradients of a network a seed, from `first` to before `last`.
template <typename Draw>
int settled_of(std::uint64_t first, std::uint64_t last, Draw network_of, double close) {
    int settled = 0;
    for (std::uint64_t seed = first; seed < last; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{draw_side(rng), draw_side(rng), rng.below(2) == 0 ? 1 : 3};
        const TrainingImages data(input, 40, 4, rng);
        const auto size = static_cast<std::int64_t>(9 + rng.below(25));
        const space::Network network = network_of(rng, input, 4);
        REQUIRE(make_fast_engine()->covers(network));
        settled += compare_gradients(network, data, size, nullptr, 0.0, close);
    }
    return settled;
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
        const TrainingImages data(input, 40, classes, rng);
        const auto size = static_cast<std::int64_t>(2 + rng.below(32));
        const std::vector<AugmentDraw> augment = draws(rng, size);
        settled +=
            compare_gradients(drawn_network(rng, input, classes), data, size,
                              seed % 3 == 0 ? augment.data() : nullptr, seed % 2 == 0 ? 0.0 : 0.1);
    }
    CHECK(settled <= 2);  // of some 500
}

TEST_CASE("gradients of chains beyond the cell space equal autograd's") {
    Rng rng(1);
    const space::Shape input{11, 9, 3};
    const TrainingImages data(input, 40, 4, rng);
    REQUIRE(make_fast_engine()->covers(odd_network(input)));
    CHECK(compare_gradients(odd_network(input), data, 33, nullptr, 0.0) == 0);
}

TEST_CASE("gradients of chains with windows of all kinds equal autograd's") {
    CHECK(settled_of(100, 140, random_chain, kSettledLinear) <= 8);  // of some 300
}

TEST_CASE("gradients of graphs equal autograd's") {
    CHECK(settled_of(400, 450, random_graph, kSettledGraph) <= 40);  // of some 1500
}

TEST_CASE("whole-network gradients equal the plain loops' on every SIMD target") {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{9, 14, 3};
        const auto size = static_cast<std::int64_t>(5 + rng.below(29));
        const TrainingImages data(input, 40, 3, rng);
        const space::Network network =
            seed % 2 == 0 ? drawn_network(rng, input, 3) : random_chain(rng, input, 3);
        const Batch batch = data.batch(0, size);
        const space::Preprocess preprocess{1.0F / 255.0F, 100};
        const auto expected = lanes::reference::network_gradients(
            network, initial_weights(network, 1), plain_images(batch, preprocess), labels_of(batch),
            mask_of(network, batch), 0.0);
        const double least = least_gradient(expected);
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
                // What the batch norm behind a linear block takes away is nearly nothing.
                CHECK(lanes::relative_error(actual, values, least) < (seed % 2 == 0 ? 1e-4 : 3e-4));
            }
        });
    }
}
