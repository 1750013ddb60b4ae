#include "train/checkpoint.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/train/fake_engine.hpp"
#include "tests/train/memory_set.hpp"

using namespace nanonas;
using namespace nanonas::train;
using test::FakeEngine;

namespace {

const space::Shape kShape{1, 1, 6};

/// A file name of its own, gone afterwards.
struct TemporaryFile {
    std::string path;
    explicit TemporaryFile(const std::string& name)
        : path((std::filesystem::temp_directory_path() / ("nanonas-checkpoint-test-" + name))
                   .string()) {
        std::filesystem::remove(path);
    }
    ~TemporaryFile() { std::filesystem::remove(path); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
};

TrainOptions options_with(const std::string& checkpoint) {
    TrainOptions options;
    options.epochs = 5;
    options.batch_size = 8;
    options.learning_rate = 0.03;
    options.schedule = Schedule::kCosine;
    options.augment.brightness = 0.2;
    options.seed = 5;
    options.checkpoint = checkpoint;
    return options;
}

TrainResult run(const FakeEngine& engine, const TrainingSet& data, const TrainOptions& options,
                const TrainHooks& hooks = {}) {
    return train::train(engine, test::fake_network(kShape.channels, 2), {}, data, options, hooks);
}

TrainingSet noisy_data() {
    return test::bright_bands(kShape, 2, 80, 3);
}

void check_same(const TrainResult& a, const TrainResult& b) {
    CHECK(a.best_weights == b.best_weights);
    CHECK(a.best_accuracy == b.best_accuracy);
    CHECK(a.best_epoch == b.best_epoch);
    CHECK(a.curve == b.curve);
    CHECK(a.losses == b.losses);
}

}  // namespace

TEST_CASE("a training interrupted anywhere and resumed equals the uninterrupted one") {
    const TrainingSet data = noisy_data();
    const double average = GENERATE(0.0, 0.2);
    const auto options_with = [average](const std::string& checkpoint) {
        TrainOptions options = ::options_with(checkpoint);
        options.average = average;
        options.warmup = average > 0.0 ? 2 : 0;
        return options;
    };
    const TemporaryFile of_whole("whole-resume");
    const TrainResult whole = run(FakeEngine(), data, options_with(of_whole.path));
    for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
        for (const bool at_the_end : {false, true}) {
            CAPTURE(epoch, at_the_end);
            const TemporaryFile file("resume");
            std::atomic<bool> stop{false};
            TrainHooks hooks;
            hooks.stop = &stop;
            hooks.progress = [&](const TrainProgress& progress) {
                if (progress.epoch == epoch && (progress.epoch_fraction == 1.0) == at_the_end) {
                    stop = true;
                }
            };
            CHECK_THROWS_AS(run(FakeEngine(), data, options_with(file.path), hooks), Interrupted);
            CHECK(std::filesystem::exists(file.path) == (epoch > 0));
            check_same(run(FakeEngine(), data, options_with(file.path)), whole);
            CHECK(read_file(file.path) == read_file(of_whole.path));
        }
    }
}

TEST_CASE("a resumed training tells every epoch again, figures and all") {
    const TrainingSet data = noisy_data();
    const auto told = [&](const TrainOptions& options, std::int64_t stop_after) {
        std::vector<std::vector<double>> epochs;
        std::atomic<bool> stop{false};
        TrainHooks hooks;
        hooks.stop = &stop;
        hooks.epoch = [&](const EpochResult& at) {
            epochs.push_back({static_cast<double>(at.epoch), at.learning_rate, at.loss,
                              at.validation_loss, at.validation_accuracy});
            stop = at.epoch == stop_after;
        };
        try {
            run(FakeEngine(), data, options, hooks);
        } catch (const Interrupted&) {
        }
        return epochs;
    };
    const auto whole = told(options_with(""), -1);
    REQUIRE(whole.size() == 5);
    CHECK(whole[0][1] == 0.03);
    CHECK(whole[4][1] < whole[3][1]);
    CHECK(whole[4][3] < whole[0][3]);

    const TemporaryFile file("epochs");
    CHECK(told(options_with(file.path), 2).size() == 3);
    CHECK(told(options_with(file.path), -1) == whole);
    CHECK(told(options_with(file.path), -1) == whole);
}

TEST_CASE("a finished training is read back without a step") {
    const TrainingSet data = noisy_data();
    const TemporaryFile file("finished");
    const TrainResult whole = run(FakeEngine(), data, options_with(file.path));
    FakeEngine engine;
    check_same(run(engine, data, options_with(file.path)), whole);
    CHECK(engine.log->batches.empty());
}

TEST_CASE("a checkpoint of another training is an error that names file and setting") {
    const TrainingSet data = noisy_data();
    const TemporaryFile file("other");
    run(FakeEngine(), data, options_with(file.path));
    TrainOptions other = options_with(file.path);
    other.batch_size = 9;
    CHECK_THROWS_AS(run(FakeEngine(), data, other), ConfigError);
    CHECK_THROWS_WITH(
        run(FakeEngine(), data, other),
        Catch::Contains(file.path) && Catch::Contains("batch_size=8, expected batch_size=9"));
    TrainingSet more = noisy_data();
    more.training.pop_back();
    CHECK_THROWS_WITH(run(FakeEngine(), more, options_with(file.path)), Catch::Contains("data="));
    more = noisy_data();
    more.validation.pop_back();
    CHECK_THROWS_WITH(run(FakeEngine(), more, options_with(file.path)), Catch::Contains("data="));
}

TEST_CASE("a flipped bit anywhere in a checkpoint is an error that names it") {
    const TrainingSet data = noisy_data();
    const TemporaryFile file("flipped");
    TrainOptions options = options_with(file.path);
    options.epochs = 1;
    run(FakeEngine(), data, options);
    const std::string bytes = read_file(file.path);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        INFO("bit " << bit);
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        std::ofstream(file.path, std::ios::binary) << flipped;
        std::string message;
        try {
            run(FakeEngine(), data, options);
        } catch (const ConfigError& error) {
            message = error.what();
        }
        REQUIRE_THAT(message, Catch::StartsWith(file.path + ": "));
    }
}

TEST_CASE("a checkpoint of other arithmetic is refused, and what differs named") {
    const TrainingSet data = noisy_data();
    const TemporaryFile file("elsewhere");
    TrainOptions options = options_with(file.path);
    options.arithmetic = {"GCC 12", "AVX2", "5e1f"};
    run(FakeEngine(), data, options);
    options.arithmetic.simd = "SSE4";
    CHECK_THROWS_WITH(run(FakeEngine(), data, options),
                      Catch::Contains("simd=AVX2, expected simd=SSE4"));
}

TEST_CASE("what must hold before a checkpoint is written is asked each time") {
    const TrainingSet data = noisy_data();
    const TemporaryFile file("guarded");
    TrainHooks hooks;
    int asked = 0;
    hooks.before_checkpoint = [&] {
        if (++asked >= 3) {
            throw IoError("gone");
        }
    };
    CHECK_THROWS_WITH(run(FakeEngine(), data, options_with(file.path), hooks), "gone");
    CHECK(asked >= 3);
}

TEST_CASE("threads do not belong to a training's identity, seed and data do") {
    const TrainingSet data = noisy_data();
    const auto network = test::fake_network(kShape.channels, 2);
    const auto describe = [&](const TrainOptions& options) {
        return describe_run("fake", network, {}, data, options);
    };
    const TrainOptions base = options_with("here");
    TrainOptions same = options_with("there");
    same.threads = 2;
    CHECK(describe(base) == describe(same));
    TrainOptions other = base;
    other.seed = 6;
    CHECK(describe(base) != describe(other));
    CHECK(describe(base) != describe_run("stock", network, {}, data, base));
    CHECK(describe(base) != describe_run("fake", network, {0.5F, 0}, data, base));
    CHECK(describe(base) !=
          describe_run("fake", test::fake_network(kShape.channels, 3), {}, data, base));
}

TEST_CASE("what is not asked for leaves a training's text as it was before it could be") {
    const TrainingSet data = noisy_data();
    const auto network = test::fake_network(kShape.channels, 2);
    TrainOptions options = options_with("");
    const std::string base = describe_run("fake", network, {}, data, options);
    CHECK_THAT(base, !Catch::Contains("average") && !Catch::Contains("warmup"));
    options.average = 0.25;
    options.warmup = 3;
    CHECK(describe_run("fake", network, {}, data, options) == base + " warmup=3 average=0x1p-2");
}

TEST_CASE("a file that is no checkpoint is an error that names it") {
    const TrainingSet data = noisy_data();
    for (const std::string& bytes :
         {std::string(), std::string("garbage"), std::string(64, '\xff')}) {
        const TemporaryFile file("garbage");
        write_file(file.path, bytes);
        CHECK_THROWS_AS(run(FakeEngine(), data, options_with(file.path)), ConfigError);
        CHECK_THROWS_WITH(run(FakeEngine(), data, options_with(file.path)),
                          Catch::Contains(file.path));
    }
}

TEST_CASE("a checkpoint that cannot be written stops the training with IoError") {
    CHECK_THROWS_AS(run(FakeEngine(), noisy_data(), options_with("/proc/nowhere/checkpoint")),
                    IoError);
}

TEST_CASE("another's checkpoint of this very training is gone on with, any other is passed over") {
    const TrainingSet data = noisy_data();
    const TemporaryFile whole("whole"), stopped("stopped"), own("own"), garbage("garbage2");
    const TrainResult expected = run(FakeEngine(), data, options_with(whole.path));
    std::atomic<bool> stop{false};
    TrainHooks hooks;
    hooks.stop = &stop;
    hooks.progress = [&stop](const TrainProgress& at) { stop = at.validated && at.epoch == 0; };
    CHECK_THROWS_AS(run(FakeEngine(), data, options_with(stopped.path), hooks), Interrupted);
    write_file(garbage.path, "garbage");
    TrainOptions other = options_with(own.path);
    other.seed += 1;
    const FakeEngine fresh;
    other.others = {whole.path};
    run(fresh, data, other);
    const std::size_t all = fresh.log->batches.size();
    std::filesystem::remove(own.path);

    for (const bool with_whole : {false, true}) {
        std::filesystem::remove(own.path);
        TrainOptions options = options_with(own.path);
        options.others = {garbage.path, "gone", stopped.path};
        if (with_whole) {
            options.others.push_back(whole.path);
        }
        const FakeEngine engine;
        const TrainResult result = run(engine, data, options);
        CHECK(result.best_weights == expected.best_weights);
        CHECK(result.curve == expected.curve);
        CHECK(read_file(own.path) == read_file(whole.path));
        CHECK(engine.log->batches.size() < all);
        CHECK(engine.log->batches.empty() == with_whole);
    }
}
