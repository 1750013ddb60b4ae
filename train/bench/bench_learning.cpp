#include "train/bench/bench_learning.hpp"

#include <cmath>
#include <mutex>
#include <numeric>

#include "space/errors.hpp"
#include "space/parallel.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::train {

namespace {

void summarize(LearningOfEngine& engine) {
    const auto count = static_cast<double>(engine.accuracies.size());
    engine.mean = std::accumulate(engine.accuracies.begin(), engine.accuracies.end(), 0.0) / count;
    double squares = 0.0;
    for (const double accuracy : engine.accuracies) {
        squares += (accuracy - engine.mean) * (accuracy - engine.mean);
    }
    engine.deviation = count > 1.0 ? std::sqrt(squares / (count - 1.0)) : 0.0;
}

}  // namespace

std::vector<LearningOfEngine> bench_learning(
    const BenchLearningOptions& options, const TrainingSet& data,
    const std::function<void(const std::string& engine, std::uint64_t seed, double accuracy)>&
        trained) {
    if (options.engines.empty() || options.seeds.empty()) {
        throw ConfigError("bench learning: expected at least one engine and one seed");
    }
    const auto classes = static_cast<std::int64_t>(data.set.labels.size());
    const space::Network network =
        space::CellSpace{data.set.store->view().shape, classes}.build(options.candidate);
    std::vector<LearningOfEngine> learning;
    std::vector<std::shared_ptr<const Engine>> engines;
    for (const std::string& name : options.engines) {
        engines.push_back(make_engine(name));
        learning.emplace_back();
        learning.back().engine = name;
        learning.back().accuracies.resize(options.seeds.size());
    }
    TrainHooks hooks;
    hooks.stop = options.stop;
    std::mutex mutex;
    const auto count = static_cast<std::int64_t>(engines.size() * options.seeds.size());
    for_each_index(count, options.workers, [&](std::size_t, std::int64_t item) {
        // Both engines' trainings of a seed are neighbours, so that a busy machine slows both.
        const auto which = static_cast<std::size_t>(item) % engines.size();
        const auto turn = static_cast<std::size_t>(item) / engines.size();
        TrainOptions training = options.training;
        training.seed = options.seeds[turn];
        training.threads = 1;
        training.checkpoint.clear();
        const double begin = thread_cpu_seconds();
        const double accuracy =
            train(*engines[which], network, {}, data, training, hooks).best_accuracy;
        const double seconds = thread_cpu_seconds() - begin;
        const std::lock_guard<std::mutex> lock(mutex);
        learning[which].accuracies[turn] = accuracy;
        learning[which].cpu_seconds += seconds;
        if (trained) {
            trained(options.engines[which], training.seed, accuracy);
        }
    });
    for (LearningOfEngine& engine : learning) {
        summarize(engine);
    }
    return learning;
}

}  // namespace nanonas::train
