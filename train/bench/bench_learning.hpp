// Do the engines learn the same? Each trains one network several times, from the same seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "space/spaces/cells.hpp"
#include "train/trainer.hpp"

namespace nanonas::train {

struct BenchLearningOptions {
    std::vector<std::string> engines = {"fast", "stock"};  ///< at least one; the last to compare to
    space::Candidate candidate = {4, 3};
    std::vector<std::uint64_t> seeds = {1, 2, 3, 4, 5};
    TrainOptions training;  ///< `seed`, `threads` and `checkpoint` are not read
    int workers = 1;        ///< trainings at a time, one thread each
    const std::atomic<bool>* stop = nullptr;
};

struct LearningOfEngine {
    std::string engine;
    std::vector<double> accuracies;  ///< best validation accuracy in [0, 1], one per seed
    double mean = 0.0;
    double deviation = 0.0;    ///< standard, over the seeds
    double cpu_seconds = 0.0;  ///< of all its trainings
};

/// One entry per engine. `trained` is called after each training, never two at once. Throws
/// ConfigError without engines or seeds, and what train() throws.
std::vector<LearningOfEngine> bench_learning(
    const BenchLearningOptions& options, const TrainingSet& data,
    const std::function<void(const std::string& engine, std::uint64_t seed, double accuracy)>&
        trained);

}  // namespace nanonas::train
