// All that a page tells of one run, read from its directory.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/html/mistakes.hpp"
#include "apps/pipeline/report.hpp"
#include "nas/journal.hpp"
#include "space/cost.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline::html {

/// An epoch of the final training; validation_loss is NaN where it was not kept.
struct Epoch {
    double loss = 0.0, validation_loss = 0.0, accuracy = 0.0;
};

struct RunStory {
    std::string name;        ///< of its directory
    nlohmann::json options;  ///< config.json
    RunReport report;
    std::vector<space::Axis> axes;          ///< of candidates; empty: none were decided
    std::vector<nas::Decision> decisions;   ///< in their order
    std::vector<Epoch> epochs;              ///< of the final training; none: it is not kept
    std::optional<space::CostReport> cost;  ///< of the winner, on the run's runtime
    std::optional<Mistakes> mistakes;
    std::string no_mistakes;  ///< why there are none
};

/// What a run that has just ended holds in memory.
struct InMemory {
    /// The images whose mistakes are told; empty: they are read from where the run had them, and
    /// where that fails `no_mistakes` says why.
    std::function<EvaluationImages()> images;
    std::vector<space::Axis> axes;  ///< of a space that is the caller's own; else empty
};

/// `pictures`: of them at most. Throws ConfigError, DataError, IoError for what is no finished run,
/// Interrupted.
RunStory read_story(const std::string& directory, std::int64_t pictures, const Task& task,
                    const InMemory& memory = {});

}  // namespace nanonas::pipeline::html
