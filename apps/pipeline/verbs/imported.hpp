// What the verbs do with a .tflite of somebody else's.
#pragma once

#include <memory>
#include <string>

#include "export/int8/int8_network.hpp"
#include "export/tflite/reader/reader.hpp"
#include "space/cost.hpp"

namespace nanonas::pipeline {

/// The file as `export` writes it in other forms: classes named by number where the file has no
/// labels.
exporting::Int8Network network_to_write(exporting::ImportedModel model);

/// Why the runtime has no figures for this file; empty when it has.
std::string cost_obstacle(const exporting::ImportedModel& model, const std::string& runtime);

/// The runtime running this very file; null for one that runs what nanonas writes instead.
std::unique_ptr<space::CostModel> file_cost_model(const exporting::ImportedModel& model,
                                                  const std::string& runtime,
                                                  const space::Device& device);

}  // namespace nanonas::pipeline
