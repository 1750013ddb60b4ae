// The runtimes a network can run on: one table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "space/cost.hpp"

namespace nanonas::exporting {

/// Names of all runtimes, the default first: "native", "tflm", ...
std::vector<std::string> runtime_names();

/// Throws ConfigError naming the known runtimes.
std::unique_ptr<space::CostModel> make_cost_model(const std::string& runtime,
                                                  const space::Device& device = {});

/// One of each runtime, in the order of runtime_names().
std::vector<std::unique_ptr<space::CostModel>> all_cost_models(const space::Device& device = {});

}  // namespace nanonas::exporting
