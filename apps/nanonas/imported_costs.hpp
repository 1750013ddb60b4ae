// What an imported .tflite costs: on TensorFlow Lite Micro as it is, as C where we can write it.
#pragma once

#include <memory>
#include <string>

#include "export/tflite/reader/reader.hpp"
#include "space/cost.hpp"

namespace nanonas::app {

/// Why the runtime has no figures for this file; empty when it has.
std::string cost_obstacle(const exporting::ImportedModel& model, const std::string& runtime);

/// The runtime running this very file; null for one that runs what nanonas writes instead.
std::unique_ptr<space::CostModel> file_cost_model(const exporting::ImportedModel& model,
                                                  const std::string& runtime,
                                                  const space::Device& device);

}  // namespace nanonas::app
