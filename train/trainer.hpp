// Trainer: epochs over a training set through any engine. Owns order, schedule, augmentation draws,
// validation, the best checkpoint and resume; engines own arithmetic.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "space/trained_network.hpp"
#include "train/data/augment.hpp"
#include "train/data/dataset.hpp"
#include "train/engine/arithmetic.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::train {

enum class Schedule { kConstant, kCosine };  ///< "constant", "cosine" (to zero over all steps)

/// Which epoch's weights are the result: the one that did best on the validation images (the
/// earliest of equals), or the last. The best of many is partly luck, the more the fewer images.
enum class Keep { kBest, kLast };

/// What a training depends on besides engine, network and data.
struct TrainOptions {
    std::int64_t epochs = 3;
    /// Optimizer steps instead of epochs, the last epoch cut short; 0: as `epochs` says.
    std::int64_t steps = 0;
    std::int64_t batch_size = 16;
    double learning_rate = 1e-3;
    Schedule schedule = Schedule::kConstant;
    /// Epochs over which the rate grows to what the schedule says; below `epochs`, 0 with `steps`.
    std::int64_t warmup = 0;
    Keep keep = Keep::kBest;
    double weight_decay = 0.0;
    double label_smoothing = 0.0;
    /// Of the steps, over which the weights are averaged (train/average.hpp), in (0, 1]; what is
    /// validated and kept is the average. 0: the weights as they are.
    double average = 0.0;
    AugmentOptions augment;
    std::uint64_t seed = 0;
    int threads = 1;
    /// Looked at before every epoch in place of `threads`, >= 1; null: it stays as it was.
    const std::atomic<int>* share = nullptr;
    /// Checkpoint file, rewritten after every epoch and read back when it exists and fits these
    /// options; empty: none. The result of a resumed training is the uninterrupted one's.
    std::string checkpoint;
    /// Checkpoints of other trainings, passed over where they are of another or damaged: one that
    /// is of this very training is gone on with when there is none of its own.
    std::vector<std::string> others;
    /// A checkpoint of other arithmetic is refused.
    Arithmetic arithmetic;
    /// What it begins with; null: initial_weights(). Must outlive the training.
    const space::Weights* initial = nullptr;
};

/// Where a training stands; for displays.
struct TrainProgress {
    std::int64_t epoch = 0, epochs = 0;
    double epoch_fraction = 0.0;
    double loss = 0.0;                    ///< mean over the epoch so far
    std::optional<double> best_accuracy;  ///< of the epoch that would be kept by now
    bool validated = false;  ///< this epoch's accuracy is known and counted in best_accuracy
};

/// What one epoch came to.
struct EpochResult {
    std::int64_t epoch = 0;            ///< from 0
    double learning_rate = 0.0;        ///< of its first batch
    double loss = 0.0;                 ///< mean over the training images as they were learned
    double validation_loss = 0.0;      ///< mean cross entropy; NaN: not known
    double validation_accuracy = 0.0;  ///< [0, 1]
};

/// Calls out of a training; each may be empty.
struct TrainHooks {
    std::function<void(const TrainProgress&)> progress;
    /// Every epoch in order once it is kept, those of a checkpoint that is gone on with first.
    std::function<void(const EpochResult&)> epoch;
    std::function<void()> before_checkpoint;  ///< is written; may throw
    const std::atomic<bool>* stop = nullptr;
};

/// What a training came to.
struct TrainResult {
    space::Weights best_weights;  ///< of the epoch that is kept
    double best_accuracy = 0.0;
    std::int64_t best_epoch = 0;
    std::vector<double> curve;   ///< validation accuracy per epoch
    std::vector<double> losses;  ///< mean training loss per epoch
    double seconds = 0.0;
    /// Loss or weights stopped being finite: training ended there, the epoch does not count, and
    /// what was kept before it stands (none: initial weights, accuracy 0).
    bool diverged = false;
};

/// Throws Interrupted when hooks.stop turns true (looked at before every batch), ConfigError for
/// options out of range or a checkpoint of another training, IoError for the checkpoint file,
/// NetworkError when data and network do not fit.
TrainResult train(const Engine& engine, const space::Network& network,
                  const space::Preprocess& preprocess, const TrainingSet& data,
                  const TrainOptions& options, const TrainHooks& hooks);

/// The learning rate once so much of a training is done, in [0, 1).
double scheduled_rate(const TrainOptions& options, double done);

/// Share of correct arg max in [0, 1] over rows of `images`.
double accuracy(Model& model, const space::ImageView& images,
                const std::vector<std::int64_t>& rows);

}  // namespace nanonas::train
