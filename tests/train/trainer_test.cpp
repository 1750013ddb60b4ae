#include "train/trainer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "space/errors.hpp"
#include "tests/train/fake_engine.hpp"
#include "tests/train/memory_set.hpp"

using namespace nanonas;
using namespace nanonas::train;
using test::FakeEngine;

namespace {

constexpr std::int64_t kFeatures = 8;

/// Class c shines in features congruent to c.
TrainingSet clouds(std::int32_t classes, std::int64_t count, std::uint64_t seed) {
    TrainingSet tall = test::bright_bands({kFeatures, 1, 1}, classes, count, seed);
    const space::ImageView view = tall.set.store->view();
    tall.set.store = std::make_shared<test::MemoryStore>(
        space::Shape{1, 1, kFeatures},
        std::vector<std::uint8_t>(view.pixels, view.pixels + count * kFeatures),
        std::vector<std::int32_t>(view.labels, view.labels + count));
    return tall;
}

TrainOptions quick() {
    TrainOptions options;
    options.epochs = 4;
    options.batch_size = 8;
    options.learning_rate = 0.05;
    options.seed = 11;
    return options;
}

TrainResult run(const FakeEngine& engine, const TrainingSet& data, const TrainOptions& options,
                const TrainHooks& hooks = {}) {
    const auto network =
        test::fake_network(kFeatures, static_cast<std::int64_t>(data.set.labels.size()));
    return train::train(engine, network, {}, data, options, hooks);
}

}  // namespace

TEST_CASE("training learns separable classes and reports one accuracy and loss per epoch") {
    const TrainingSet data = clouds(4, 200, 1);
    const TrainResult result = run(FakeEngine(), data, quick());
    REQUIRE(result.curve.size() == 4);
    REQUIRE(result.losses.size() == 4);
    CHECK(result.losses.back() < result.losses.front());
    CHECK(result.best_accuracy > 0.9);
    CHECK_FALSE(result.diverged);
}

TEST_CASE("the last epoch is kept where that is asked for, whatever its accuracy") {
    const TrainingSet data = clouds(2, 120, 2);
    TrainOptions options = quick();
    options.epochs = 8;
    options.keep = Keep::kLast;
    const TrainResult result = run(FakeEngine(), data, options);
    CHECK(result.best_epoch == 7);
    CHECK(result.best_accuracy == result.curve.back());
    options.keep = Keep::kBest;
    CHECK(run(FakeEngine(), data, options).best_weights != result.best_weights);
}

TEST_CASE("the best epoch is the earliest with the highest validation accuracy") {
    const TrainingSet data = clouds(2, 120, 2);
    TrainOptions options = quick();
    options.epochs = 8;
    const TrainResult result = run(FakeEngine(), data, options);
    const auto best = std::max_element(result.curve.begin(), result.curve.end());
    REQUIRE(std::count(result.curve.begin(), result.curve.end(), *best) > 1);
    CHECK(result.best_epoch == best - result.curve.begin());
    CHECK(result.best_accuracy == *best);

    options.epochs = result.best_epoch + 1;
    CHECK(run(FakeEngine(), data, options).best_weights == result.best_weights);
    options.epochs = 8;
    FakeEngine engine;
    const auto network = test::fake_network(kFeatures, 2);
    const auto model = engine.create(network, {}, 0, 1);
    ModelState state = model->state();
    state.weights = result.best_weights;
    model->restore(state);
    CHECK(accuracy(*model, data.set.store->view(), data.validation) == result.best_accuracy);
}

TEST_CASE("every epoch sees every training image once, in an order of its own") {
    const TrainingSet data = clouds(2, 60, 3);
    FakeEngine engine;
    run(engine, data, quick());
    const std::size_t steps = (data.training.size() + 7) / 8;
    REQUIRE(engine.log->batches.size() == 4 * steps);
    std::set<std::vector<std::int64_t>> orders;
    std::set<std::uint64_t> dropout_seeds;
    for (std::size_t epoch = 0; epoch < 4; ++epoch) {
        std::vector<std::int64_t> order;
        for (std::size_t step = 0; step < steps; ++step) {
            const auto& batch = engine.log->batches[epoch * steps + step];
            order.insert(order.end(), batch.rows.begin(), batch.rows.end());
            dropout_seeds.insert(batch.dropout_seed);
        }
        orders.insert(order);
        std::sort(order.begin(), order.end());
        CHECK(order == data.training);
    }
    CHECK(orders.size() == 4);
    CHECK(dropout_seeds.size() == 4 * steps);
}

TEST_CASE("the same seed gives the same training, another seed another") {
    const TrainingSet data = clouds(3, 90, 4);
    TrainOptions options = quick();
    const TrainResult first = run(FakeEngine(), data, options);
    CHECK(run(FakeEngine(), data, options).best_weights == first.best_weights);
    CHECK(run(FakeEngine(), data, options).losses == first.losses);
    options.seed = 12;
    CHECK(run(FakeEngine(), data, options).losses != first.losses);
}

TEST_CASE("a constant schedule keeps the rate, a cosine falls from it towards zero") {
    const TrainingSet data = clouds(2, 60, 5);
    TrainOptions options = quick();
    FakeEngine constant;
    run(constant, data, options);
    for (const auto& batch : constant.log->batches) {
        CHECK(batch.learning_rate == options.learning_rate);
    }
    options.schedule = Schedule::kCosine;
    FakeEngine cosine;
    run(cosine, data, options);
    const auto& batches = cosine.log->batches;
    CHECK(batches.front().learning_rate == options.learning_rate);
    CHECK(batches[batches.size() / 2].learning_rate == Approx(options.learning_rate / 2));
    CHECK(batches.back().learning_rate < options.learning_rate * 0.02);
    CHECK(batches.back().learning_rate > 0.0);
    CHECK(std::is_sorted(batches.rbegin(), batches.rend(), [](const auto& a, const auto& b) {
        return a.learning_rate < b.learning_rate;
    }));
}

TEST_CASE("a warm-up grows to the schedule's rate over its epochs and leaves the rest as it was") {
    const TrainingSet data = clouds(2, 60, 5);
    TrainOptions options = quick();
    for (const Schedule schedule : {Schedule::kConstant, Schedule::kCosine}) {
        options.schedule = schedule;
        options.warmup = 0;
        FakeEngine cold, warm;
        run(cold, data, options);
        options.warmup = 2;
        run(warm, data, options);
        const auto& batches = warm.log->batches;
        const std::size_t half = batches.size() / 2;
        CHECK(batches.front().learning_rate == Approx(0.01 * options.learning_rate));
        double share = 0.0;
        for (std::size_t i = 0; i < batches.size(); ++i) {
            const double of_schedule = cold.log->batches[i].learning_rate;
            if (i < half) {
                CHECK(batches[i].learning_rate < of_schedule);
                CHECK(batches[i].learning_rate / of_schedule > share);
                share = batches[i].learning_rate / of_schedule;
            } else {
                CHECK(batches[i].learning_rate == of_schedule);
            }
        }
    }
}

TEST_CASE("what is averaged is the weights after every step, and the average is judged and kept") {
    const TrainingSet data = clouds(2, 120, 2);
    TrainOptions options = quick();
    options.keep = Keep::kLast;
    const TrainResult plain = run(FakeEngine(), data, options);
    options.average = 1.0;
    const TrainResult averaged = run(FakeEngine(), data, options);
    // The steps themselves are those without it.
    CHECK(averaged.losses == plain.losses);
    CHECK(averaged.best_weights != plain.best_weights);

    // The same weights by hand: trainings of 1, 2, ... steps end in what each step left.
    const auto steps = static_cast<std::int64_t>(options.epochs) *
                       ((static_cast<std::int64_t>(data.training.size()) + 7) / 8);
    std::vector<double> sum(2 * kFeatures, 0.0);
    for (std::int64_t step = 1; step <= steps; ++step) {
        TrainOptions some = quick();
        some.keep = Keep::kLast;
        some.steps = step;
        const TrainResult result = run(FakeEngine(), data, some);
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] += static_cast<double>(result.best_weights.at("dense.weight").values[i]);
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
        CHECK(static_cast<double>(averaged.best_weights.at("dense.weight").values[i]) ==
              Approx(sum[i] / static_cast<double>(steps)).margin(1e-5));
    }
    FakeEngine engine;
    const auto model = engine.create(test::fake_network(kFeatures, 2), {}, 0, 1);
    ModelState state = model->state();
    state.weights = averaged.best_weights;
    model->restore(state);
    CHECK(accuracy(*model, data.set.store->view(), data.validation) == averaged.best_accuracy);
}

TEST_CASE("augmentation is drawn per image and epoch, and only when asked for") {
    const TrainingSet data = clouds(2, 60, 6);
    TrainOptions options = quick();
    FakeEngine plain;
    run(plain, data, options);
    CHECK(plain.log->batches.front().draws.empty());
    options.augment.brightness = 0.3;
    FakeEngine engine;
    run(engine, data, options);
    std::set<std::int32_t> drawn;
    for (const auto& batch : engine.log->batches) {
        REQUIRE(batch.draws.size() == batch.rows.size());
        for (const auto& draw : batch.draws) {
            drawn.insert(draw.brightness);
        }
    }
    CHECK(drawn.size() > 20);
    const std::size_t steps = engine.log->batches.size() / 4;
    const auto brightness_of = [&](std::size_t step) {
        return engine.log->batches[step].draws.front().brightness;
    };
    CHECK_FALSE((brightness_of(0) == brightness_of(steps) &&
                 brightness_of(1) == brightness_of(steps + 1) &&
                 brightness_of(2) == brightness_of(steps + 2)));
}

TEST_CASE("validation reads batches of at most 256 and counts all rows") {
    const TrainingSet data = clouds(2, 2200, 7);  // 550 validation rows
    FakeEngine engine;
    TrainOptions options = quick();
    options.epochs = 1;
    run(engine, data, options);
    CHECK(engine.log->logits_sizes == std::vector<std::int64_t>{256, 256, 38});
}

TEST_CASE("progress runs from the first epoch to the last and knows the best so far") {
    const TrainingSet data = clouds(2, 60, 8);
    std::vector<TrainProgress> seen;
    TrainHooks hooks;
    hooks.progress = [&](const TrainProgress& progress) { seen.push_back(progress); };
    const TrainResult result = run(FakeEngine(), data, quick(), hooks);
    REQUIRE(seen.size() > 4);
    CHECK_FALSE(seen.front().best_accuracy.has_value());
    for (std::size_t i = 1; i < seen.size(); ++i) {
        CHECK(std::make_pair(seen[i - 1].epoch, seen[i - 1].epoch_fraction) <=
              std::make_pair(seen[i].epoch, seen[i].epoch_fraction));
    }
    CHECK(seen.back().epoch == 3);
    CHECK(seen.back().epoch_fraction == 1.0);
    CHECK(seen.back().best_accuracy == result.best_accuracy);
    CHECK(seen.back().loss == result.losses.back());
    CHECK(seen.back().validated);
    CHECK(std::count_if(seen.begin(), seen.end(),
                        [](const TrainProgress& at) { return at.validated; }) == 4);
}

TEST_CASE("a training asked to stop throws Interrupted before the next batch") {
    const TrainingSet data = clouds(2, 60, 9);
    std::atomic<bool> stop{true};
    TrainHooks hooks;
    hooks.stop = &stop;
    FakeEngine engine;
    CHECK_THROWS_AS(run(engine, data, quick(), hooks), Interrupted);
    CHECK(engine.log->batches.empty());
}

TEST_CASE("a training whose loss is not finite ends with the best epoch before it") {
    const TrainingSet data = clouds(2, 64, 10);  // 48 training rows: 6 steps of 8
    for (const bool silent : {false, true}) {
        FakeEngine engine;
        engine.log->nan_at_step = silent ? 17 : 14;  // silent: after the epoch's last loss
        engine.log->silent_nan = silent;
        const TrainResult result = run(engine, data, quick());
        CHECK(result.diverged);
        CHECK(result.curve.size() == 2);
        TrainOptions two = quick();
        two.epochs = 2;
        CHECK(result.best_weights == run(FakeEngine(), data, two).best_weights);
    }
}

TEST_CASE("a training that diverges at once has accuracy 0 and its initial weights") {
    const TrainingSet data = clouds(2, 64, 10);
    FakeEngine engine;
    engine.log->nan_at_step = 0;
    const TrainResult result = run(engine, data, quick());
    CHECK(result.diverged);
    CHECK(result.best_accuracy == 0.0);
    CHECK(result.curve.empty());
    CHECK(result.best_weights == initial_weights(test::fake_network(kFeatures, 2), 11));
}

TEST_CASE("a network that answers NaN is never right") {
    const TrainingSet data = clouds(2, 64, 10);
    const auto model = FakeEngine().create(test::fake_network(kFeatures, 2), {}, 0, 1);
    ModelState state = model->state();
    for (float& weight : state.weights["dense.weight"].values) {
        weight = std::numeric_limits<float>::quiet_NaN();
    }
    model->restore(state);
    CHECK(accuracy(*model, data.set.store->view(), data.validation) == 0.0);
    CHECK(accuracy(*model, data.set.store->view(), {}) == 0.0);
}

TEST_CASE("options and data that do not fit are refused before anything runs") {
    const TrainingSet data = clouds(2, 60, 11);
    const auto refused = [&](auto change) {
        TrainOptions options = quick();
        change(options);
        CHECK_THROWS_AS(run(FakeEngine(), data, options), ConfigError);
    };
    refused([](TrainOptions& options) { options.epochs = 0; });
    refused([](TrainOptions& options) { options.batch_size = 0; });
    refused([](TrainOptions& options) { options.learning_rate = 0.0; });
    refused([](TrainOptions& options) { options.weight_decay = -1.0; });
    refused([](TrainOptions& options) { options.label_smoothing = 1.0; });
    refused([](TrainOptions& options) { options.warmup = -1; });
    refused([](TrainOptions& options) { options.warmup = 4; });
    refused([](TrainOptions& options) { options.average = -0.1; });
    refused([](TrainOptions& options) { options.average = 1.1; });
    refused([](TrainOptions& options) { options.augment.shift = -1; });
    refused([](TrainOptions& options) { options.augment.brightness = 2.0; });
    refused([](TrainOptions& options) { options.threads = 0; });
    CHECK_THROWS_WITH(train::train(FakeEngine(), test::fake_network(9, 2), {}, data, quick(), {}),
                      Catch::Contains("1x1x8") && Catch::Contains("1x1x9"));
    CHECK_THROWS_WITH(
        train::train(FakeEngine(), test::fake_network(kFeatures, 3), {}, data, quick(), {}),
        Catch::Contains("2 classes") && Catch::Contains("3"));
}

TEST_CASE("a set is told to give its pages back every 512 images") {
    const TrainingSet data = clouds(2, 2400, 3);
    TrainOptions options = quick();
    options.epochs = 1;
    run(FakeEngine(), data, options);
    // 1,800 images to train on and 600 to validate.
    CHECK(dynamic_cast<const test::MemoryStore&>(*data.set.store).releases == 4);
}

TEST_CASE("a share of threads that changes between epochs is taken, and changes no bit") {
    const TrainingSet data = clouds(3, 90, 4);
    const TrainResult expected = run(FakeEngine(), data, quick());
    std::atomic<int> share{2};
    TrainOptions options = quick();
    options.share = &share;
    TrainHooks hooks;
    hooks.progress = [&](const TrainProgress& at) {
        share = at.validated && at.epoch == 1 ? 3 : 2;
    };
    const FakeEngine engine;
    const TrainResult result = run(engine, data, options, hooks);
    CHECK(engine.log->threads == std::vector<int>{1, 2, 3, 2});
    CHECK(result.best_weights == expected.best_weights);
    CHECK(result.curve == expected.curve);
    CHECK(result.losses == expected.losses);
}
