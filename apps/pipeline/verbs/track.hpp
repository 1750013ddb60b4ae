// Runs in experiment trackers, by the Python package (apps/python/nanonas/track).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

std::vector<std::string> tracker_names();

/// What a tracker holds of a run now.
struct TrackedRun {
    std::string run;  ///< its directory
    std::string id;   ///< by which the tracker knows it
    std::int64_t candidates = 0;
    std::int64_t added = 0;  ///< of them, new there
    bool finished = false;
};

/// Adds what is new of `runs`, directories of runs or batches. Throws ConfigError where Python or a
/// package is missing and for what is no run, IoError when the tracker fails, Interrupted.
std::vector<TrackedRun> track(const std::vector<std::string>& runs, const TrackOptions& options,
                              const Task& task);

}  // namespace nanonas::pipeline
