// A training that stopped after a whole epoch, on disk: one safetensors file.
//
// Tensors: "weights/", "first/" and "second/" (the model and its Adam moments), "best/" (weights of
// the best epoch) and, in a training that averages, "average/", each followed by the parameter's
// name. Metadata: "format", "run", "steps", "best_epoch", "best_accuracy", "curve", "losses",
// "validation_losses"; numbers as hexadecimal floats, exactly; "check" over the whole file
// (space/checksum.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "train/trainer.hpp"

namespace nanonas::train {

/// After curve.size() epochs.
struct Checkpoint {
    ModelState model;
    space::Weights average;  ///< empty: nothing is averaged
    space::Weights best_weights;
    double best_accuracy = 0.0;
    std::int64_t best_epoch = 0;
    std::vector<double> curve;
    std::vector<double> losses;
    std::vector<double> validation_losses;  ///< NaN where an earlier version kept none
};

/// Everything that decides the outcome of a training, as readable text: two runs with the same
/// text give the same result.
std::string describe_run(const std::string& engine, const space::Network& network,
                         const space::Preprocess& preprocess, const TrainingSet& data,
                         const TrainOptions& options);

/// Written whole or not at all. Throws IoError.
void write_checkpoint(const std::string& path, const std::string& run, const Checkpoint& checkpoint,
                      const std::function<void()>& before_write = {});

/// Nothing when there is no file. Throws IoError when it cannot be read, ConfigError when it
/// is no checkpoint or belongs to another run.
std::optional<Checkpoint> read_checkpoint(const std::string& path, const std::string& run);
/// The same of any training, to be looked at.
std::optional<Checkpoint> read_checkpoint(const std::string& path);

}  // namespace nanonas::train
