// The keys of a plan, once: for its reader and for its schema.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/pipeline/option_table.hpp"
#include "space/choice.hpp"

namespace nanonas::pipeline {

inline constexpr const char* kVerb = "verb";
inline constexpr const char* kName = "name";
inline constexpr const char* kBase = "base";
inline constexpr const char* kDefaults = "defaults";
inline constexpr const char* kMatrix = "matrix";
inline constexpr const char* kExclude = "exclude";
inline constexpr const char* kInclude = "include";
inline constexpr const char* kRun = "run";

inline constexpr const char* kMaxParallel = "max-parallel";
inline constexpr const char* kOnFailure = "on-failure";
inline constexpr const char* kRetries = "retries";
inline constexpr const char* kMaxConsecutiveFailures = "max-consecutive-failures";

inline constexpr std::int64_t kMostParallel = 1024;
inline constexpr std::int64_t kMostRetries = 1000;
inline constexpr std::int64_t kMostConsecutiveFailures = 1'000'000;

/// Whether no run is begun after one that failed.
inline constexpr Named<bool> kFailurePolicies[] = {{"continue", false}, {"stop", true}};

std::vector<std::string> plan_keys();
std::vector<std::string> run_policy_keys();

/// What the runs of a plan may be.
inline constexpr Named<Verb> kPlanVerbs[] = {{"search", Verb::kSearch}, {"train", Verb::kTrain}};

/// Options a plan may name: those of a search or a training but the batch's own.
std::vector<std::string> plan_options();
/// Of the batch as a whole: out, workers, ...
bool is_of_batch(const std::string& option);

}  // namespace nanonas::pipeline
