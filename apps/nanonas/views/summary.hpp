// The closing tables of a run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"

namespace nanonas::app {

std::string summary_text(const pipeline::RunReport& report);

/// Value, limit and share of each bound.
std::string cost_text(const pipeline::BudgetReport& cost);

std::string int8_loss_text(const pipeline::Int8LossReport& loss);

/// One row per true class, its index and label first.
std::string confusion_text(const std::vector<std::vector<std::int64_t>>& confusion,
                           const std::vector<std::string>& labels);

/// Who trained candidates, a line each place; empty for nobody.
std::string workers_text(const std::vector<pipeline::WorkerReport>& workers);

}  // namespace nanonas::app
