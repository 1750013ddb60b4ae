// What a batch comes to, in tables.
#pragma once

#include <string>

#include "apps/pipeline/batch/batch.hpp"

namespace nanonas::app {

/// A row for each setting but the seed: how many runs, winners, accuracy and cost, with the
/// standard deviation where seeds vary; then what failed.
std::string batch_text(const pipeline::BatchReport& report);

/// A row for each run: whether it is there, and the price of its smallest network.
std::string survey_text(const pipeline::BatchSurvey& survey);

}  // namespace nanonas::app
