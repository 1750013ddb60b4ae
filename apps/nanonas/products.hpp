// From a trained network to everything a run hands over: int8, comparison, model file, C source.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/run_directory.hpp"
#include "apps/nanonas/session.hpp"
#include "export/verify.hpp"
#include "space/budget.hpp"
#include "space/trained_network.hpp"

namespace nanonas::app {

/// The final training of one candidate, checkpointed in the run, with progress.
/// Adds "training" to `summary`.
space::TrainedNetwork train_network(Session& session, const space::Candidate& candidate,
                                    const DataSets& data, const RunDirectory& run,
                                    nlohmann::json& summary);

/// Quantizes on training images, compares on validation and test images, writes
/// `<folder>/model.safetensors` and `<folder>/c/`, and checks the C.
/// Links the C for the target's core and runs it emulated, where the tools are. Adds "accuracy",
/// "c_check", "linked", "failures", "seconds", "files" and "products" (the checksum of each) to
/// `summary`. `run` is the one that `folder` is part of, or null. Returns the exit code: kFailed
/// when there are failures.
int make_products(Session& session, const space::TrainedNetwork& trained, const DataSets& data,
                  const Platform& platform, const std::string& folder, nlohmann::json& summary,
                  const RunDirectory* run = nullptr);

/// Costs beside their limits; "cost" of a summary.
nlohmann::json cost_json(const space::Network& network, const space::CostModel& model,
                         const space::Budget& budget);

/// Float and int8 on rows of a set, in pieces so that no copy of the set is made.
exporting::Comparison compare_rows(Session& session, const space::TrainedNetwork& trained,
                                   const exporting::Int8Network& quantized,
                                   const space::ImageView& images,
                                   const std::vector<std::int64_t>& rows, const std::string& label);

}  // namespace nanonas::app
