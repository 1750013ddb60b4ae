#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "tests/train/memory_set.hpp"
#include "train/bench/bench_learning.hpp"
#include "train/bench/bench_train.hpp"
#include "train/engine/fast/kernels/peak.hpp"

using namespace nanonas;
using namespace nanonas::train;

namespace {

bool has_stock() {
    return engine_names().back() == "stock";
}

}  // namespace

TEST_CASE("the bench measures each network, and nothing faster than the machine") {
    BenchTrainOptions options;
    options.networks = cell_networks({{8, 8, 3}}, {1, 4}, {0, 3, 4}, 2);
    REQUIRE(options.networks.size() == 4);  // four cells do not fit an 8x8 image
    const std::vector<BenchNetwork> blocks = block_networks({{16, 16, 3}}, 2);
    options.networks.insert(options.networks.end(), blocks.begin(), blocks.end());
    options.seconds_per_network = 0.0;
    std::size_t called = 0;
    const BenchTrainResult result = bench_train(options, [&](const BenchTrainRow&) { ++called; });
    REQUIRE(result.rows.size() == 10);
    CHECK(called == 10);
    CHECK(result.peak_gflops > 1.0);
    REQUIRE(result.means.size() == (has_stock() ? 2 : 0));
    for (const BenchTrainRow& row : result.rows) {
        REQUIRE(row.stock.has_value() == has_stock());
        for (const EngineSpeed& speed : {row.fast, row.stock.value_or(row.fast)}) {
            CHECK(speed.samples_per_second > 0.0);
            CHECK(speed.samples_per_second_without_feed >= speed.samples_per_second);
            CHECK(speed.gflops > 0.0);
            CHECK(speed.peak_share == Approx(speed.gflops / result.peak_gflops));
        }
        CHECK(row.ratio ==
              Approx(row.stock ? row.fast.samples_per_second / row.stock->samples_per_second : 0));
        for (const BenchTrainMeans& means : result.means) {
            CHECK((means.group != row.group || means.worst_ratio <= row.ratio));
            CHECK(means.geometric_mean >= means.worst_ratio);
        }
    }
}

TEST_CASE("a bench without networks is refused, a stopped one interrupted") {
    BenchTrainOptions options;
    options.networks = cell_networks({{4, 4, 3}}, {1}, {5}, 2);
    CHECK_THROWS_AS(bench_train(options, nullptr), ConfigError);
    const std::atomic<bool> stop{true};
    options.networks = cell_networks({{4, 4, 3}}, {1}, {0}, 2);
    options.stop = &stop;
    CHECK_THROWS_AS(bench_train(options, nullptr), Interrupted);
}

TEST_CASE("bench learning trains every engine from the same seeds and adds up what they reached") {
    const TrainingSet data = test::bright_bands({12, 12, 1}, 3, 90, 5);
    BenchLearningOptions options;
    const std::string last = engine_names().back();
    options.engines = {"fast", "fast", last};
    options.candidate = {2, 1};
    options.seeds = {3, 7};
    options.training.epochs = 2;
    for (const int workers : {1, 3}) {
        options.workers = workers;
        int trainings = 0;
        const auto learning = bench_learning(
            options, data, [&](const std::string&, std::uint64_t, double) { ++trainings; });
        CHECK(trainings == 6);
        REQUIRE(learning.size() == 3);
        CHECK(learning[0].accuracies == learning[1].accuracies);
        CHECK(learning[2].engine == last);
        for (const LearningOfEngine& engine : learning) {
            REQUIRE(engine.accuracies.size() == 2);
            CHECK(engine.mean == Approx((engine.accuracies[0] + engine.accuracies[1]) / 2));
            CHECK(engine.deviation ==
                  Approx(std::abs(engine.accuracies[0] - engine.accuracies[1]) / std::sqrt(2.0)));
            CHECK(engine.cpu_seconds > 0.0);
        }
        TrainOptions training = options.training;
        training.seed = 7;
        const space::Network network = space::CellSpace{{12, 12, 1}, 3}.build({2, 1});
        CHECK(learning[2].accuracies[1] ==
              train::train(*make_engine(last), network, {}, data, training, {}).best_accuracy);
    }
    options.seeds.clear();
    CHECK_THROWS_AS(bench_learning(options, data, nullptr), ConfigError);
}
