// The evaluators that a configuration describes.
#pragma once

#include <memory>

#include "apps/nanonas/options.hpp"
#include "nas/evaluator.hpp"
#include "train/data/dataset.hpp"
#include "train/trainer.hpp"

namespace nanonas::app {

/// How a candidate is trained for its score.
train::TrainOptions search_training(const Config& config);

/// Trains each candidate on `data`, which must outlive it.
std::unique_ptr<nas::Evaluator> make_training_evaluator(const Config& config,
                                                        const train::TrainingSet& data);

}  // namespace nanonas::app
