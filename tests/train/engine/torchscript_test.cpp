// The module that is written, opened with LibTorch.
#include "train/engine/torchscript.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "export/pytorch/state_file.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"
#include "tests/train/engine/torch_module.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;
using Catch::Contains;

namespace {

constexpr std::int64_t kImages = 20;

/// Statistics of batch norms too are none of those a network begins with.
space::TrainedNetwork random_trained(const space::Network& network, std::uint64_t seed) {
    Rng rng(seed);
    space::TrainedNetwork trained;
    trained.network = network;
    trained.preprocess = {1.0F / 64.0F, 100};
    trained.weights = train::initial_weights(network, seed);
    for (auto& tensor : trained.weights) {
        for (float& value : tensor.second.values) {
            value += static_cast<float>(rng.below(1000)) / 2000.0F;
        }
    }
    for (std::int64_t i = 0; i < network.classes(); ++i) {
        trained.labels.push_back("class " + std::to_string(i));
    }
    return trained;
}

struct Pixels {
    explicit Pixels(const space::Shape& its_shape) : shape(its_shape) {
        Rng rng(9);
        const std::int64_t area = shape.height * shape.width;
        images.resize(static_cast<std::size_t>(kImages * shape.elements()));
        planes.resize(images.size());
        for (std::int64_t i = 0; i < kImages * area; ++i) {
            for (std::int64_t c = 0; c < shape.channels; ++c) {
                const auto value = static_cast<std::uint8_t>(rng.below(256));
                images[static_cast<std::size_t>(i * shape.channels + c)] = value;
                const std::int64_t plane = i / area * shape.channels + c;
                planes[static_cast<std::size_t>(plane * area + i % area)] = value;
            }
        }
        for (std::int64_t i = 0; i < kImages; ++i) {
            rows.push_back(i);
        }
        labels.resize(kImages);
    }
    space::ImageView view() const { return {shape, kImages, images.data(), labels.data()}; }
    std::vector<std::int64_t> planar_shape() const {
        return {kImages, shape.channels, shape.height, shape.width};
    }

    space::Shape shape;
    std::vector<std::uint8_t> images, planes;
    std::vector<std::int64_t> rows;
    std::vector<std::int32_t> labels;
};

std::vector<float> engine_logits(const space::TrainedNetwork& trained, const Pixels& pixels,
                                 const char* engine) {
    const auto model =
        train::make_engine(engine)->create(trained.network, trained.preprocess, 1, 1);
    train::ModelState state = model->state();
    state.weights = trained.weights;
    model->restore(state);
    return model->logits(pixels.view(), pixels.rows.data(), kImages);
}

/// Largest difference as a share of the largest value.
double apart(const std::vector<float>& a, const std::vector<float>& b) {
    REQUIRE(a.size() == b.size());
    double most = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        most = std::max(most, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
        largest = std::max(largest, std::abs(static_cast<double>(a[i])));
    }
    return most / largest;
}

/// Sums, padding and pools whose windows pass the map's ends.
space::Network residual_network() {
    using namespace space;
    Network network{{13, 10, 3}, {}};
    network.add("stem", Conv2d{6, 3, false}).add("stem.bn", BatchNorm{}).add("relu", Relu{});
    const Value early = network.nodes.size();
    network.add("inner", Conv2d{6, 1, true}).add("inner.bn", BatchNorm{});
    network.add("sum", Add{}, {early, network.nodes.size()});
    network.add("sum.relu", Relu{});
    const Value sum = network.add("pad", Pad{1, 0, 2, 1}, {network.nodes.size()});
    const Window window{3, 2, 2, 2, Padding::kSame};
    const Value largest = network.add("largest", MaxPool2d::of(window), {sum});
    network.add("mean", AveragePool2d::of(window), {sum});
    network.add("both", Add{}, {network.nodes.size(), largest});
    network.add("average", GlobalAveragePool{})
        .add("classifier", Dense{4})
        .add("softmax", Softmax{});
    return network;
}

std::vector<space::Network> networks() {
    using namespace space;
    const Network input{{13, 10, 3}, {}};
    return {CellSpace{{12, 12, 1}, 3}.build({4, 2}),
            CellSpace{{28, 21, 3}, 10}.build({8, 3}),
            CellSpace{{7, 7, 3}, 2}.build({1, 0}),
            Network(input)
                .add("wide", Conv2d{7, 5, true})
                .add("wide.relu", Relu{})
                .add("pool", MaxPool2d{3})
                .add("bn", BatchNorm{1e-5, 0.01})
                .add("late", ChannelMul{})
                .add("later", ChannelAdd{})
                .add("average", GlobalAveragePool{})
                .add("hidden", Dense{6})
                .add("hidden_relu", Relu{})
                .add("classifier", Dense{4}),
            Network(input)
                .add("strided", Conv2d::of(6, {5, 2, 2, 3, Padding::kSame}, true))
                .add("depthwise", DepthwiseConv2d::of(2, {3, 3, 2, 2, Padding::kSame}, false))
                .add("bn", BatchNorm{})
                .add("valid", DepthwiseConv2d::of(1, {2, 2, 1, 1, Padding::kValid}, true))
                .add("average", GlobalAveragePool{})
                .add("classifier", Dense{4}),
            residual_network(),
            Network(input).add("only.average", GlobalAveragePool{}).add("classifier", Dense{5})};
}

}  // namespace

TEST_CASE("the module's answers are the engine's, from raw pixels") {
    for (const space::Network& network : networks()) {
        const space::TrainedNetwork trained = random_trained(network, 5);
        const Pixels pixels(network.input);
        const std::string bytes = train::torchscript_bytes(trained, {});
        const std::vector<float> logits =
            test::forward(bytes, pixels.planes, pixels.planar_shape());
        CHECK(apart(engine_logits(trained, pixels, "stock"), logits) < 1e-6);
        CHECK(apart(engine_logits(trained, pixels, "fast"), logits) < 1e-5);
        CHECK(bytes == train::torchscript_bytes(trained, {}));
    }
}

TEST_CASE("labels, extra files and tensors travel with the module, by the names of the network") {
    const space::TrainedNetwork trained = random_trained(networks().front(), 5);
    const test::LoadedModule module(
        train::torchscript_bytes(trained, {{"nanonas.json", "{\"a\": 1}"}}));
    CHECK(module.labels == trained.labels);
    CHECK(module.extra.at("nanonas.json") == "{\"a\": 1}");
    std::size_t count = 0;
    for (const space::ParameterSpec& spec : space::parameters(trained.network)) {
        INFO(spec.name);
        CHECK(module.trainable.at(spec.name) == spec.trainable);
        ++count;
    }
    CHECK(module.trainable.size() == count);
}

TEST_CASE("images of another shape are refused by the module") {
    const space::TrainedNetwork trained = random_trained(networks().front(), 5);
    const std::string bytes = train::torchscript_bytes(trained, {});
    const std::vector<std::uint8_t> pixels(12 * 12 * 3);
    CHECK_THROWS_WITH(test::forward(bytes, pixels, {1, 3, 12, 12}),
                      Contains("expected raw pixels: uint8 [images, 1, 12, 12]"));
    CHECK_THROWS_WITH(test::forward(bytes, pixels, {1, 12, 12}), Contains("expected raw pixels"));
    CHECK(test::forward(bytes, {}, {0, 1, 12, 12}).empty());
}

TEST_CASE("what TorchScript cannot hold is refused with the layer's name") {
    using namespace space;
    const auto refused = [](const Network& network) {
        try {
            train::torchscript_bytes(random_trained(network, 1), {});
        } catch (const ExportError& error) {
            return std::string(error.what());
        }
        return std::string("written");
    };
    const Network input{{4, 4, 1}, {}};
    for (const char* name : {"a-b", "0", "class", "a..b", "training", "a.forward", "_a"}) {
        INFO(name);
        CHECK_THAT(refused(Network(input).add("average", GlobalAveragePool{}).add(name, Dense{2})),
                   Contains("layer '" + std::string(name) + "'"));
    }
    CHECK_THAT(refused(Network(input)
                           .add("average", GlobalAveragePool{})
                           .add("a", Dense{2})
                           .add("a.weight", Dense{2})),
               Contains("'a.weight'") && Contains("another layer"));
    CHECK_THAT(refused(Network(input)
                           .add("average", GlobalAveragePool{})
                           .add("a.weight", Dense{2})
                           .add("a", Dense{2})),
               Contains("'a'") && Contains("another layer"));
    CHECK_THAT(refused(Network(input)
                           .add("average", GlobalAveragePool{})
                           .add("softmax", Softmax{})
                           .add("a", Dense{2})),
               Contains("layer 'softmax'"));
    // Layers without tensors have no attribute.
    CHECK(refused(Network(input).add("global-average", GlobalAveragePool{}).add("a", Dense{2})) ==
          "written");
    TrainedNetwork torn = random_trained(networks().front(), 1);
    torn.weights.erase("classifier.bias");
    CHECK_THROWS_WITH(train::torchscript_bytes(torn, {}), "tensor 'classifier.bias' is missing");
}

TEST_CASE("a module that LibTorch changed and saved comes back") {
    const space::TrainedNetwork trained = random_trained(networks().front(), 5);
    const std::string bytes = test::scaled(train::torchscript_bytes(trained, {}), 2.0F);
    space::Weights twice = trained.weights;
    for (auto& tensor : twice) {
        for (float& value : tensor.second.values) {
            value *= 2.0F;
        }
    }
    CHECK(exporting::parse_state(bytes, "x.pt", trained.network) == twice);
}
