// Stages: what is done to a trained network before it is rounded. Each takes a trained network and
// gives one, so that any sequence of them can be asked for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "space/task.hpp"
#include "space/trained_network.hpp"
#include "train/data/dataset.hpp"
#include "train/engine/engine.hpp"
#include "train/trainer.hpp"

namespace nanonas::train {

/// What a stage may use besides the network.
struct StageInputs {
    const Engine& engine;
    const TrainingSet& data;  ///< of the size that the network reads
    /// How the network was trained, but for the seed, which is the stage's own, and the checkpoint:
    /// where a long stage keeps how far it has come; empty: nowhere.
    TrainOptions training;
    double accuracy;  ///< of the network as the stage gets it: validation_accuracy()
    std::function<void()> before_checkpoint = {};  ///< is written; may throw
};

/// A pure function of the network, its inputs and their seed. Throws NetworkError for a network
/// that it cannot treat, Interrupted.
using Stage =
    std::function<space::TrainedNetwork(space::TrainedNetwork, const StageInputs&, const Task&)>;

/// A stage as it was asked for: "fine-tune=5".
struct NamedStage {
    std::string name;
    Stage run;
};

/// One row of the table of stages.
struct StageInfo {
    const char* name;
    const char* argument;  ///< "EPOCHS"; empty: it takes none
    const char* summary;
    /// Throws ConfigError naming what is wrong with the argument.
    Stage (*make)(const std::string& argument);
};

const std::vector<StageInfo>& stages();

/// Reads "fine-tune=5,..." in the order they run; empty: none. Throws ConfigError naming the known
/// stages, or what is wrong with an argument.
std::vector<NamedStage> parse_stages(const std::string& text);

/// Accuracy on the validation images, [0, 1].
double validation_accuracy(const space::TrainedNetwork& trained, const Engine& engine,
                           const TrainingSet& data, int threads);

}  // namespace nanonas::train
