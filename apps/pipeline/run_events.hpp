// What a run tells TensorBoard, event by event (tensorboard/events.hpp); the same for the same run.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"
#include "nas/journal.hpp"
#include "space/search_space.hpp"
#include "train/trainer.hpp"

namespace nanonas::pipeline {

/// A table of them. `options`: what config.json holds.
std::string options_event(const nlohmann::json& options);
/// The columns of the table of candidates.
std::string columns_event(const std::vector<space::Axis>& axes);

/// `best`: the highest score so far; `infeasible`: how many so far. Both count this one.
std::string decision_event(std::size_t index, const nas::Decision& decision,
                           std::optional<double> best, std::size_t infeasible);
std::string epoch_event(const train::EpochResult& epoch);
std::string result_event(const RunReport& report);

/// "0012_k=8,c=3_x2", counted from 1 as the program does.
std::string candidate_folder(std::size_t index, const nas::Decision& decision,
                             const std::vector<space::Axis>& axes);
/// All of a candidate's own file: a session of hparams with its curve, score and costs.
std::vector<std::string> candidate_events(std::size_t index, const nas::Decision& decision,
                                          const std::vector<space::Axis>& axes);

}  // namespace nanonas::pipeline
