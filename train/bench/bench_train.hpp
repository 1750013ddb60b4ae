// The engines side by side on a grid of candidates, in one process and on one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "space/spaces/cells.hpp"

namespace nanonas::train {

struct BenchTrainOptions {
    std::vector<space::Shape> inputs = {{50, 50, 3}, {32, 32, 3}};
    std::vector<std::int64_t> kernels = {1, 2, 3, 4, 6, 8, 10, 12};
    std::vector<std::int64_t> cells = {0, 1, 2,
                                       3, 4, 5};  ///< those too deep for an input are left out
    std::int64_t batch_size = 16;
    std::int64_t classes = 2;
    double seconds_per_cell = 0.4;  ///< for all engines together; at least five steps each
    std::uint64_t seed = 1;
    const std::atomic<bool>* stop = nullptr;
};

/// Medians over steps, in CPU time of the one thread, so that other programs do not count. A step
/// is feeding, forward, backward and the optimizer.
struct EngineSpeed {
    double step_seconds = 0.0;
    double feed_seconds = 0.0;  ///< of it: from uint8 to normalized floats, measured by itself
    double samples_per_second = 0.0;
    double samples_per_second_without_feed = 0.0;
    /// Arithmetic of convolutions and dense layers, forward and both gradients (the first layer has
    /// none to its input), over the whole step's time.
    double gflops = 0.0;
    double peak_share = 0.0;  ///< gflops over BenchTrainResult::peak_gflops
};

struct BenchTrainRow {
    space::Shape input;
    space::Candidate candidate;
    EngineSpeed fast;
    std::optional<EngineSpeed> stock;  ///< in a build that has it; without it all ratios are 0
    double ratio = 0.0;                ///< fast over stock, samples per second
    double ratio_without_feed = 0.0;
};

struct BenchTrainResult {
    std::vector<BenchTrainRow> rows;
    double peak_gflops = 0.0;     ///< multiply-adds in registers on one core, measured first
    double geometric_mean = 0.0;  ///< of the ratios
    double geometric_mean_without_feed = 0.0;
    double worst_ratio = 0.0;
};

/// `row` is called after each candidate. Throws ConfigError on an empty grid or one no input can
/// take, Interrupted when options.stop turns true.
BenchTrainResult bench_train(const BenchTrainOptions& options,
                             const std::function<void(const BenchTrainRow&)>& row);

}  // namespace nanonas::train
