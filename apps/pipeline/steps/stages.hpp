// The stages that --stages names, on a trained network.
#pragma once

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_directory.hpp"
#include "space/task.hpp"
#include "space/trained_network.hpp"

namespace nanonas::pipeline {

/// One after the other, checkpointed in the run's directory when there is one (`run` may be null).
/// `data` has the size that the network reads. Adds each to `report`. Throws what stages throw.
space::TrainedNetwork apply_stages(const RunSpec& spec, space::TrainedNetwork trained,
                                   const DataSets& data, const RunDirectory* run, const Task& task,
                                   RunReport& report);

}  // namespace nanonas::pipeline
