// The final training of one candidate.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_directory.hpp"
#include "space/task.hpp"
#include "space/trained_network.hpp"
#include "train/trainer.hpp"

namespace nanonas::pipeline {

/// In a run's directory.
inline constexpr const char* kCheckpoint = "training.ckpt";

/// Epochs and batch for so many images, rate, schedule, which epoch is kept and what regularizes,
/// as the options say.
train::TrainOptions final_training(const RunSpec& spec, std::int64_t images, int threads);

/// Called with every epoch, those of a checkpoint first; may be empty.
using EpochHook = std::function<void(const train::EpochResult&)>;

/// `data` has the size that the network reads. Checkpointed in the run's directory; that of another
/// run in `others` is gone on with where it is of the same training. Adds the training and its
/// seconds to `report`.
space::TrainedNetwork train_candidate(const RunSpec& spec, const space::SearchSpace& space,
                                      const space::Candidate& candidate, const DataSets& data,
                                      const RunDirectory& run,
                                      const std::vector<std::string>& others,
                                      const EpochHook& epoch, const Task& task, RunReport& report);

}  // namespace nanonas::pipeline
