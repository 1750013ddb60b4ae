// What the final training changes at random when nobody said it.
#pragma once

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "space/network.hpp"
#include "space/task.hpp"
#include "train/data/augment.hpp"
#include "train/data/dataset.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::pipeline {

/// A twelfth of a side of shift, no flip.
train::AugmentOptions plain_augment(const space::Shape& input);

/// What --augment says; for auto a twelfth of a side of shift, and flip where a short training of
/// `network` shows it to be harmless (train/mirror.hpp). Notes in `report` what it found.
train::AugmentOptions chosen_augment(const RunSpec& spec, const train::Engine& engine,
                                     const space::Network& network, const train::TrainingSet& data,
                                     const Task& task, TrainingReport& report);

/// Epochs of the final training of `images`: what --epochs says, else 100, and for small sets as
/// many as show it 200,000 images, 1,000 at most.
std::int64_t final_epochs(const TrainingOptions& options, std::int64_t images);

/// Images per step of the final training of `images`: what --batch says, else the largest of 128,
/// 64, 32 and 16 that gives kFewestSteps.
std::int64_t final_batch(const TrainingOptions& options, std::int64_t images);

}  // namespace nanonas::pipeline
