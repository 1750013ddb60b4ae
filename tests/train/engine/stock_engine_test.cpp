#include "train/engine/stock/stock_engine.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <thread>

#include "space/errors.hpp"
#include "space/spaces/cells.hpp"
#include "tests/train/memory_set.hpp"
#include "train/evaluator.hpp"
#include "train/trainer.hpp"

using namespace nanonas;
using namespace nanonas::train;

namespace {

const space::Shape kShape{12, 12, 1};

space::Network small_network() {
    return space::CellSpace{kShape, 3}.build({4, 2});
}

TrainOptions quick() {
    TrainOptions options;
    options.epochs = 4;
    options.learning_rate = 0.01;
    options.seed = 4;
    return options;
}

TrainResult run(const space::Network& network, const TrainingSet& data,
                const TrainOptions& options) {
    return train::train(*make_stock_engine(), network, {}, data, options, {});
}

/// Some steps on rows 0, 1, 2, ...
std::vector<double> steps(Model& model, const TrainingSet& data, int from, int to,
                          const StepOptions& options = {}) {
    std::vector<double> losses;
    for (int step = from; step < to; ++step) {
        std::vector<std::int64_t> rows;
        for (int i = 0; i < 16; ++i) {
            rows.push_back((step * 16 + i) % data.set.store->view().count);
        }
        Batch batch;
        batch.images = data.set.store->view();
        batch.indices = rows.data();
        batch.size = 16;
        batch.dropout_seed = derive_seed(1, "test", step);
        losses.push_back(model.train_batch(batch, options));
    }
    return losses;
}

bool same(const ModelState& a, const ModelState& b) {
    return a.weights == b.weights && a.adam_first == b.adam_first &&
           a.adam_second == b.adam_second && a.steps == b.steps;
}

}  // namespace

TEST_CASE("the stock engine learns separable images") {
    const TrainingSet data = test::bright_bands(kShape, 3, 400, 1);
    TrainOptions options = quick();
    options.epochs = 8;
    const TrainResult result = run(small_network(), data, options);
    CHECK(result.losses.back() < 0.5 * result.losses.front());
    CHECK(result.best_accuracy > 0.95);
    CHECK_NOTHROW(space::check_weights(small_network(), result.best_weights));
}

TEST_CASE("the stock engine trains operators the fast engine has no kernels for") {
    space::Network network{kShape, {}};
    network.add("conv", space::Conv2d{4, 3, true, space::Activation::kRelu})
        .add("mul", space::ChannelMul{})
        .add("add", space::ChannelAdd{})
        .add("same", space::Requantize{})
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{3});
    const TrainingSet data = test::bright_bands(kShape, 3, 400, 1);
    TrainOptions options = quick();
    options.epochs = 8;
    const TrainResult result = run(network, data, options);
    CHECK(result.losses.back() < result.losses.front());
    CHECK_NOTHROW(space::check_weights(network, result.best_weights));
    for (const float factor : result.best_weights.at("mul.weight").values) {
        CHECK(factor != 1.0F);
    }
    for (const float shift : result.best_weights.at("add.bias").values) {
        CHECK(shift != 0.0F);
    }
    network.add("shape", space::Reshape{1, 1, 3});
    CHECK_THROWS_AS(make_stock_engine()->create(network, {}, 1, 1), NetworkError);
}

TEST_CASE("the stock engine pads, strides and groups as windows say") {
    // 3x3 pixels, windows of 2x2 by stride 2: a row and a column of padding, below and on the
    // right.
    space::Network network{{3, 3, 1}, {}};
    network.add("conv", space::Conv2d::of(2, {2, 2, 2, 2, space::Padding::kSame}, true))
        .add("depth", space::DepthwiseConv2d::of(2, {2, 1, 1, 1, space::Padding::kValid}, true))
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{2});
    space::Weights weights;
    weights["conv.weight"] = {{2, 1, 2, 2}, {1, 2, 3, 4, 1, 0, 0, 0}};
    weights["conv.bias"] = {{2}, {0, 1}};
    weights["depth.weight"] = {{4, 1, 2, 1}, {1, 0, 0, 1, 1, 1, 2, 0}};
    weights["depth.bias"] = {{4}, {0, 0, 0, 0}};
    weights["classifier.weight"] = {{2, 4}, {1, 0, 0, 0, 0, 1, 10, 100}};
    weights["classifier.bias"] = {{2}, {0, 0}};
    const std::vector<std::uint8_t> pixels{1, 2, 3, 4, 5, 6, 7, 8, 9};
    const std::vector<std::int32_t> labels{0};
    const space::ImageView view{{3, 3, 1}, 1, pixels.data(), labels.data()};
    const auto model = make_stock_engine()->create(network, {1.0F, 0}, 1, 1);
    ModelState state = model->state();
    state.weights = weights;
    model->restore(state);
    const std::int64_t row = 0;
    const std::vector<float> logits = model->logits(view, &row, 1);
    // conv: 1+4+12+20 = 37, 3+18 = 21, 7+16 = 23, 9 and 2, 4, 8, 10; each depth output is one row.
    // depth: 37 21 | 23 9 | 10 14 | 4 8; means 29, 16, 12, 6.
    REQUIRE(logits.size() == 2);
    CHECK(logits[0] == Approx(29.0));
    CHECK(logits[1] == Approx(16.0 + 10.0 * 12.0 + 100.0 * 6.0));
}

TEST_CASE("the stock engine learns with depthwise convolutions and batch norm") {
    space::Network network{kShape, {}};
    network.add("conv", space::Conv2d::of(4, {3, 3, 2, 2, space::Padding::kSame}, false))
        .add("bn", space::BatchNorm{})
        .add("relu", space::Relu{})
        .add("depth", space::DepthwiseConv2d::of(2, {3, 3, 1, 1, space::Padding::kSame}, false))
        .add("depth.bn", space::BatchNorm{})
        .add("depth.relu", space::Relu{})
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{3});
    const TrainingSet data = test::bright_bands(kShape, 3, 400, 1);
    TrainOptions options = quick();
    options.epochs = 8;
    const TrainResult result = run(network, data, options);
    CHECK(result.losses.back() < 0.5 * result.losses.front());
    CHECK_NOTHROW(space::check_weights(network, result.best_weights));
}

TEST_CASE("the stock engine gives the same bits every time, whatever thread or thread count") {
    const TrainingSet data = test::bright_bands(kShape, 3, 120, 2);
    TrainOptions options = quick();
    options.epochs = 2;
    const TrainResult first = run(small_network(), data, options);
    options.threads = 2;
    const TrainResult second = run(small_network(), data, options);
    TrainResult third, fourth;
    std::thread other([&] { third = run(small_network(), data, options); });
    fourth = run(small_network(), data, options);
    other.join();
    for (const TrainResult* again : std::vector<const TrainResult*>{&second, &third, &fourth}) {
        CHECK(again->best_weights == first.best_weights);
        CHECK(again->losses == first.losses);
        CHECK(again->curve == first.curve);
    }
}

TEST_CASE("a restored model goes on with the bits of one that never stopped") {
    const TrainingSet data = test::bright_bands(kShape, 3, 120, 3);
    const auto engine = make_stock_engine();
    StepOptions options;
    options.weight_decay = 0.01;
    options.label_smoothing = 0.1;
    for (const int stop : {0, 1, 5}) {
        CAPTURE(stop);
        const auto whole = engine->create(small_network(), {}, 9, 1);
        steps(*whole, data, 0, stop, options);
        const ModelState middle = whole->state();
        CHECK(middle.steps == stop);
        const auto expected = steps(*whole, data, stop, 9, options);

        const auto resumed = engine->create(small_network(), {}, 123, 1);
        steps(*resumed, data, 0, 2);  // whatever it did before is forgotten
        resumed->restore(middle);
        CHECK(same(resumed->state(), middle));
        CHECK(steps(*resumed, data, stop, 9, options) == expected);
        CHECK(same(resumed->state(), whole->state()));
    }
}

TEST_CASE("one Adam step moves each weight by the rate against its gradient's sign") {
    // The first step of Adam is rate * g / (|g| + epsilon): about +- rate wherever g is not tiny.
    const TrainingSet data = test::bright_bands(kShape, 3, 64, 4);
    const auto model = make_stock_engine()->create(small_network(), {}, 9, 1);
    const space::Weights before = model->weights();
    StepOptions options;
    options.learning_rate = 0.01;
    steps(*model, data, 0, 1, options);
    const ModelState after = model->state();
    for (const auto& [name, first] : after.adam_first) {
        for (std::size_t i = 0; i < first.values.size(); ++i) {
            const double gradient = static_cast<double>(first.values[i]) / 0.1;
            const double moved = static_cast<double>(after.weights.at(name).values[i]) -
                                 static_cast<double>(before.at(name).values[i]);
            CHECK(moved == Approx(-0.01 * gradient / (std::abs(gradient) + 1e-7)).margin(1e-6));
        }
    }
}

TEST_CASE("weight decay shrinks convolution and dense weights only, by rate times decay") {
    const TrainingSet data = test::bright_bands(kShape, 3, 64, 5);
    const auto engine = make_stock_engine();
    const auto plain = engine->create(small_network(), {}, 9, 1);
    const auto decayed = engine->create(small_network(), {}, 9, 1);
    const space::Weights before = plain->weights();
    StepOptions options;
    options.learning_rate = 0.01;
    steps(*plain, data, 0, 1, options);
    options.weight_decay = 0.5;
    steps(*decayed, data, 0, 1, options);
    for (const auto& [name, tensor] : plain->weights()) {
        const bool decays = tensor.shape.size() > 1;
        for (std::size_t i = 0; i < tensor.values.size(); ++i) {
            const double shrunk =
                decays ? 0.01 * 0.5 * static_cast<double>(before.at(name).values[i]) : 0.0;
            CHECK(static_cast<double>(decayed->weights().at(name).values[i]) ==
                  Approx(static_cast<double>(tensor.values[i]) - shrunk).margin(1e-6));
        }
    }
}

TEST_CASE("loss is the mean softmax cross-entropy of the logits, smoothed when asked for") {
    // Without dropout and batch norm, training and inference compute the same logits.
    space::Network network{kShape, {}};
    network.add("conv", space::Conv2d{4, 3, true}).add("relu", space::Relu{});
    network.add("pool", space::MaxPool2d{}).add("average", space::GlobalAveragePool{});
    network.add("dense", space::Dense{3}).add("softmax", space::Softmax{});
    const TrainingSet data = test::bright_bands(kShape, 3, 16, 6);
    const space::ImageView view = data.set.store->view();
    for (const double smoothing : {0.0, 0.2}) {
        const auto model = make_stock_engine()->create(network, {}, 3, 1);
        std::vector<std::int64_t> rows(16);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = static_cast<std::int64_t>(i);
        }
        const std::vector<float> logits = model->logits(view, rows.data(), 16);
        REQUIRE(logits.size() == 48);
        double expected = 0.0;
        for (std::size_t i = 0; i < 16; ++i) {
            double sum = 0.0;
            for (std::size_t c = 0; c < 3; ++c) {
                sum += std::exp(static_cast<double>(logits[i * 3 + c]));
            }
            for (std::size_t c = 0; c < 3; ++c) {
                const bool label = static_cast<std::size_t>(view.labels[i]) == c;
                const double target = (label ? 1.0 - smoothing : 0.0) + smoothing / 3.0;
                expected -= target * (static_cast<double>(logits[i * 3 + c]) - std::log(sum)) / 16;
            }
        }
        StepOptions options;
        options.label_smoothing = smoothing;
        CHECK(steps(*model, data, 0, 1, options).front() == Approx(expected).epsilon(1e-5));
    }
}

TEST_CASE("logits do not depend on which images share a batch") {
    const TrainingSet data = test::bright_bands(kShape, 3, 64, 7);
    const auto model = make_stock_engine()->create(small_network(), {}, 3, 1);
    steps(*model, data, 0, 3);
    const space::ImageView view = data.set.store->view();
    const std::vector<std::int64_t> rows{5, 9, 2, 40};
    const std::vector<float> together = model->logits(view, rows.data(), 4);
    for (std::size_t i = 0; i < 4; ++i) {
        const std::vector<float> alone = model->logits(view, &rows[i], 1);
        for (std::size_t c = 0; c < 3; ++c) {
            CHECK(alone[c] == Approx(together[i * 3 + c]).margin(1e-5));
        }
    }
}

TEST_CASE("running statistics move by the momentum, with Bessel's correction") {
    space::Network network{{1, 1, 2}, {}};
    network.add("bn", space::BatchNorm{1e-3, 0.25}).add("dense", space::Dense{2});
    const TrainingSet data = test::bright_bands({1, 1, 2}, 2, 16, 8);
    const space::ImageView view = data.set.store->view();
    const auto model = make_stock_engine()->create(network, {1.0F, 100}, 3, 1);
    steps(*model, data, 0, 1);
    for (std::size_t c = 0; c < 2; ++c) {
        double mean = 0.0, variance = 0.0;
        for (std::int64_t i = 0; i < 16; ++i) {
            mean += (static_cast<double>(view.image(i)[c]) - 100.0) / 16.0;
        }
        for (std::int64_t i = 0; i < 16; ++i) {
            variance += std::pow(static_cast<double>(view.image(i)[c]) - 100.0 - mean, 2.0) / 15.0;
        }
        const space::Weights weights = model->weights();
        CHECK(weights.at("bn.running_mean").values[c] == Approx(0.25 * mean));
        CHECK(weights.at("bn.running_var").values[c] == Approx(0.75 + 0.25 * variance));
    }
}

TEST_CASE("a last batch of one image on a 1x1 map trains and keeps the running statistics") {
    const space::Shape shape{2, 2, 1};
    const space::Network network = space::CellSpace{shape, 2}.build({2, 1});
    const TrainingSet data = test::bright_bands(shape, 2, 16, 9);
    const auto model = make_stock_engine()->create(network, {}, 3, 1);
    const space::Weights before = model->weights();
    const std::int64_t row = 0;
    Batch batch;
    batch.images = data.set.store->view();
    batch.indices = &row;
    batch.size = 1;
    CHECK(std::isfinite(model->train_batch(batch, {})));
    const space::Weights after = model->weights();
    CHECK_NOTHROW(space::check_weights(network, after));
    CHECK(after.at("cell1.bn.running_var") == before.at("cell1.bn.running_var"));
    CHECK_FALSE(after.at("stem.bn.running_var") == before.at("stem.bn.running_var"));
}

TEST_CASE("initial weights are those of the seed") {
    const auto model = make_stock_engine()->create(small_network(), {}, 77, 1);
    CHECK(model->weights() == initial_weights(small_network(), 77));
}

TEST_CASE("what does not fit is refused as NetworkError in one line") {
    const auto engine = make_stock_engine();
    const TrainingSet data = test::bright_bands(kShape, 3, 16, 1);
    const auto model = engine->create(small_network(), {}, 1, 1);
    ModelState state = model->state();
    state.adam_first.erase("classifier.bias");
    CHECK_THROWS_WITH(model->restore(state), Catch::Contains("classifier.bias"));
    state = model->state();
    state.weights["stem.conv.weight"].shape[0] += 1;
    CHECK_THROWS_AS(model->restore(state), NetworkError);
    CHECK(same(model->state(), engine->create(small_network(), {}, 1, 1)->state()));

    const TrainingSet other = test::bright_bands({9, 9, 1}, 3, 16, 1);
    CHECK_THROWS_WITH(steps(*model, other, 0, 1), Catch::Contains("9x9x1"));
    const TrainingSet more = test::bright_bands(kShape, 6, 64, 1);
    CHECK_THROWS_AS(steps(*model, more, 0, 1), NetworkError);  // label 5 of 3 classes
    try {
        steps(*model, more, 0, 1);
    } catch (const NetworkError& error) {
        CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }

    space::Network early{kShape, {}};
    early.add("average", space::GlobalAveragePool{}).add("softmax", space::Softmax{});
    early.add("dense", space::Dense{2});
    CHECK_FALSE(engine->covers(early));
    CHECK(engine->covers(small_network()));
    CHECK_THROWS_AS(engine->create(early, {}, 1, 1), NetworkError);
}

TEST_CASE("evaluations of the stock engine on two threads equal those one after another") {
    const TrainingSet data = test::bright_bands(kShape, 3, 80, 2);
    EvaluatorOptions options;
    options.training.epochs = 2;
    TrainingEvaluator evaluator(make_stock_engine(), data, {}, options);
    const space::Network network = small_network();
    const auto evaluate = [&](std::uint64_t seed) {
        nas::EvaluationContext context;
        context.seed = seed;
        return evaluator.evaluate({4, 2}, &network, context).curve;
    };
    const std::vector<std::vector<double>> alone{evaluate(1), evaluate(2)};
    std::vector<std::vector<double>> together(2);
    std::thread other([&] { together[1] = evaluate(2); });
    together[0] = evaluate(1);
    other.join();
    CHECK(together == alone);
}
