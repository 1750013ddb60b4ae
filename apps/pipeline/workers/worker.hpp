// A worker: trains candidates for a search that runs elsewhere, asked and answering in lines
// (docs/workers.md).
#pragma once

#include <functional>
#include <string>

#include "space/task.hpp"

namespace nanonas::pipeline {

/// How a worker goes about it.
struct WorkerOptions {
    std::string cache;               ///< folder for images that the search sends; empty: the user's
    double heartbeat_seconds = 0.5;  ///< between two lines about an evaluation under way
    std::function<void()> closed;    ///< called once nobody asks any more, before all is stopped
};

/// Until `input` ends: as many evaluations at a time as the task has threads. SIGPIPE must be
/// ignored. Throws ConfigError for a line that is no message.
void serve(int input, int output, const WorkerOptions& options, const Task& task);

}  // namespace nanonas::pipeline
