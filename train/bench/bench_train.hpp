// The engines side by side on networks of one kind and another, in one process and on one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "train/bench/bench_networks.hpp"

namespace nanonas::train {

struct BenchTrainOptions {
    std::vector<BenchNetwork> networks;
    std::int64_t batch_size = 16;
    double seconds_per_network = 0.4;  ///< for all engines together; at least five steps each
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
    std::string group, name;  ///< as in BenchNetwork
    std::int64_t macc = 0;
    EngineSpeed fast;
    std::optional<EngineSpeed> stock;  ///< in a build that has it; without it all ratios are 0
    double ratio = 0.0;                ///< fast over stock, samples per second
    double ratio_without_feed = 0.0;
};

/// What the rows of a group come to.
struct BenchTrainMeans {
    std::string group;
    double geometric_mean = 0.0;  ///< of the ratios
    double geometric_mean_without_feed = 0.0;
    double worst_ratio = 0.0;
};

struct BenchTrainResult {
    std::vector<BenchTrainRow> rows;
    std::vector<BenchTrainMeans> means;  ///< of each group; none without the stock engine
    double peak_gflops = 0.0;            ///< multiply-adds in registers on one core, measured first
};

/// `row` is called after each network. Throws ConfigError when there are none, Interrupted when
/// options.stop turns true.
BenchTrainResult bench_train(const BenchTrainOptions& options,
                             const std::function<void(const BenchTrainRow&)>& row);

}  // namespace nanonas::train
