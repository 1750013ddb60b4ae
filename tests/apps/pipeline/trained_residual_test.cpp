// A residual network on its whole way: trained, stopped and resumed, rounded, written, read back.
#include <atomic>
#include <catch2/catch.hpp>

#include "export/int8/interpreter.hpp"
#include "export/int8/quantize.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "export/tflite/reader/reader.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/verify.hpp"
#include "space/errors.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/memory_set.hpp"
#include "train/trainer.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using space::Value;

namespace {

const space::Shape kShape{12, 12, 1};
constexpr space::Window kPoint{1, 1, 1, 1, space::Padding::kSame};

Value block(space::Network& network, const std::string& name, const space::Op& op, Value from,
            bool relu) {
    Value value = network.add(name, op, {from});
    value = network.add(name + ".bn", space::BatchNorm{}, {value});
    return relu ? network.add(name + ".relu", space::Relu{}, {value}) : value;
}

/// An inverted bottleneck with a sum, two convolutions around which a third goes with a ReLU behind
/// the sum, padding and pools of two windows.
space::Network residual_network() {
    using namespace space;
    Network network{kShape, {}};
    const Value stem = block(network, "stem", Conv2d{6, 3}, 0, true);
    Value value = block(network, "expand", Conv2d::of(12, kPoint, false), stem, true);
    value = block(network, "depth", DepthwiseConv2d::of(1, {3, 3, 1, 1, Padding::kSame}, false),
                  value, true);
    value = block(network, "project", Conv2d::of(6, kPoint, false), value, false);
    value = network.add("first", Add{}, {stem, value});
    value = network.add("pad", Pad{1, 0, 0, 1}, {value});
    const Value pooled =
        network.add("largest", MaxPool2d::of({3, 3, 2, 2, Padding::kSame}), {value});
    value = block(network, "left", Conv2d{8, 3}, pooled, true);
    value = block(network, "right", Conv2d{8, 3}, value, false);
    const Value shortcut = block(network, "shortcut", Conv2d::of(8, kPoint, false), pooled, false);
    value = network.add("second", Add{}, {value, shortcut});
    value = network.add("second.relu", Relu{}, {value});
    network.add("mean", AveragePool2d::of({2, 2, 1, 1, Padding::kValid}), {value});
    network.add("average", GlobalAveragePool{}).add("dropout", Dropout{0.1});
    network.add("classifier", Dense{3}).add("softmax", Softmax{});
    return network;
}

train::TrainResult trained_by(const train::TrainingSet& data, const train::TrainOptions& options,
                              const train::TrainHooks& hooks = {}) {
    return train::train(*train::make_engine("fast"), residual_network(), {1.0F / 255.0F, 128}, data,
                        options, hooks);
}

}  // namespace

TEST_CASE("a residual network learns, resumes with its bits, and is rounded, written and read") {
    const train::TrainingSet data = test::bright_bands(kShape, 3, 400, 1);
    train::TrainOptions options;
    options.epochs = 6;
    options.learning_rate = 0.01;
    options.seed = 3;
    const train::TrainResult whole = trained_by(data, options);
    CHECK(whole.losses.back() < 0.5 * whole.losses.front());
    CHECK(whole.best_accuracy > 0.9);

    const testing::TemporaryFolder folder;
    options.checkpoint = folder / "checkpoint";
    std::atomic<bool> stop{false};
    train::TrainHooks hooks;
    hooks.stop = &stop;
    hooks.epoch = [&](const train::EpochResult& epoch) { stop = epoch.epoch == 2; };
    CHECK_THROWS_AS(trained_by(data, options, hooks), Interrupted);
    CHECK(trained_by(data, options).best_weights == whole.best_weights);

    space::TrainedNetwork trained;
    trained.network = residual_network();
    trained.weights = whole.best_weights;
    trained.preprocess = {1.0F / 255.0F, 128};
    trained.labels = data.set.labels;
    const space::ImageView images = data.set.store->view();
    const Int8Network quantized = quantize(trained, images, data.training, {});
    const Comparison compared = compare(trained, quantized, images, 1);
    CHECK(compared.float_accuracy > 0.9);
    CHECK(compared.agreement > 0.95);
    std::size_t sums = 0;
    for (std::size_t i = 0; i < quantized.network.nodes.size(); ++i) {
        const space::Node& node = quantized.network.nodes[i];
        CHECK_FALSE(std::holds_alternative<space::BatchNorm>(node.op));
        if (std::holds_alternative<space::Add>(node.op)) {
            CHECK(quantized.constants[i].multipliers.size() == 3);
            CHECK(compared.layers[i].sqnr_db > 20.0);
            ++sums;
        }
    }
    CHECK(sums == 2);

    Artifact artifact;
    artifact.trained = &trained;
    artifact.quantized = &quantized;
    const std::string file = tflite_model(artifact, {});
    const Int8Network read = parse_tflite(file, "model.tflite").network;
    Int8Interpreter rounded(quantized);
    Int8Interpreter again(read);
    simd::Int8Interpreter vectors(quantized);
    for (std::int64_t i = 0; i < images.count; ++i) {
        const std::vector<std::int8_t> scores = rounded.run(images.image(i));
        REQUIRE(again.run(images.image(i)) == scores);
        REQUIRE(vectors.run(images.image(i)) == scores);
    }
    for (const Precision precision : {Precision::kFloat32, Precision::kFloat16}) {
        WriteOptions float_options;
        float_options.precision = precision;
        CHECK(tflite_model(artifact, float_options).size() > 2000);
    }
}
