// What the final training changes at random when nobody said it.
#pragma once

#include <nlohmann/json.hpp>

#include "apps/nanonas/session.hpp"
#include "space/network.hpp"
#include "train/data/augment.hpp"
#include "train/data/dataset.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::app {

/// What --augment says; for auto a twelfth of a side of shift, and flip where a short training of
/// `network` shows it to be harmless (train/mirror.hpp). Adds "mirror" and "augment" to `training`.
train::AugmentOptions chosen_augment(Session& session, const train::Engine& engine,
                                     const space::Network& network, const train::TrainingSet& data,
                                     nlohmann::json& training);

/// Images per step of the final training of `images`: what --batch says, else the largest of 128,
/// 64, 32 and 16 that gives kFewestSteps.
std::int64_t final_batch(const TrainingOptions& options, std::int64_t images);

}  // namespace nanonas::app
