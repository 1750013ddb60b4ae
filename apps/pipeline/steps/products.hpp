// From a trained network to everything a run hands over: int8, comparison, model file, C source,
// TFLite, ONNX.
#pragma once

#include <string>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/report.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run_directory.hpp"
#include "space/task.hpp"
#include "space/trained_network.hpp"

namespace nanonas::pipeline {

/// Quantizes on training images, compares on validation and test images, writes
/// `<folder>/model.safetensors`, `<folder>/c/` and the other forms, checks the C on this computer
/// and, where the tools are, on the target's core emulated. Nothing is in the folder before
/// everything is. `run` is the one that `folder` is part of, or null. Adds all that it finds to
/// `report`; what is wrong with the products stands in its failures.
void make_products(const RunSpec& spec, const space::TrainedNetwork& trained, const DataSets& data,
                   const Platform& platform, const std::string& folder, const RunDirectory* run,
                   const Task& task, RunReport& report);

}  // namespace nanonas::pipeline
