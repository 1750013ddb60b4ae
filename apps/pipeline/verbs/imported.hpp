// What the verbs do with a .tflite or .onnx of somebody else's.
#pragma once

#include <memory>
#include <string>

#include "apps/pipeline/run_spec.hpp"
#include "export/int8/int8_network.hpp"
#include "export/optimize/optimize.hpp"
#include "export/tflite/reader/reader.hpp"
#include "space/cost.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// Whether the file is a .tflite or .onnx.
bool is_import(const std::string& file);

/// Reads it, for C or whatever else computes with it: a float .onnx is calibrated on the images
/// that --calibration-data names and rounded. Throws ConfigError where it names none, DataError,
/// ExportError, IoError.
exporting::ImportedModel read_import(const Config& config, const std::string& file,
                                     const Task& task);

/// The same for a price, which does not depend on the ranges: a float .onnx has some of no meaning.
exporting::ImportedModel read_import_to_price(const std::string& file);

/// The file as `export` writes it in other forms: optimized (`savings`: what of it went, may be
/// null), classes named by number where the file has no labels.
exporting::Int8Network network_to_write(exporting::ImportedModel model,
                                        std::vector<exporting::PassSaving>* savings = nullptr);

/// Why the runtime has no figures for this file; empty when it has. `written`: network_to_write.
std::string cost_obstacle(const exporting::ImportedModel& model,
                          const exporting::Int8Network& written, const std::string& runtime);

/// The runtime running this very file, generated C what is written of it; null where neither can be
/// priced.
std::unique_ptr<space::CostModel> file_cost_model(const exporting::ImportedModel& model,
                                                  const exporting::Int8Network& written,
                                                  const std::string& runtime,
                                                  const space::Device& device);

}  // namespace nanonas::pipeline
