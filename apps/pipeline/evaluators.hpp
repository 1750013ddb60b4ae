// The evaluators that a run describes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
#include "nas/evaluator.hpp"
#include "space/search_space.hpp"
#include "train/data/dataset.hpp"
#include "train/trainer.hpp"

namespace nanonas::pipeline {

/// The options that decide what training a candidate comes to; target and bounds do not.
std::vector<std::string> candidate_options();

/// How a candidate is trained for its score.
train::TrainOptions search_training(const RunSpec& spec);

/// What the scores of candidates of a shipped space depend on besides: one engine covers them all.
train::Arithmetic search_arithmetic(const RunSpec& spec, const space::SearchSpace& space);

/// Trains each candidate on `data`, which must outlive it. `arithmetic`: for keys of scores that
/// are kept.
std::unique_ptr<nas::Evaluator> make_training_evaluator(const RunSpec& spec,
                                                        const train::TrainingSet& data,
                                                        const train::Arithmetic& arithmetic = {});

}  // namespace nanonas::pipeline
