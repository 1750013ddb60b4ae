#include "apps/pipeline/batch/plan_keys.hpp"

#include <algorithm>
#include <array>

#include "apps/pipeline/option_table.hpp"

namespace nanonas::pipeline {

std::vector<std::string> plan_keys() {
    return {kVerb, kName, kBase, kDefaults, kMatrix, kExclude, kInclude, kRun};
}

std::vector<std::string> run_policy_keys() {
    return {kMaxParallel, kOnFailure, kRetries, kMaxConsecutiveFailures};
}

bool is_of_batch(const std::string& option) {
    constexpr std::array<const char*, 10> kOwn = {
        "out",     "resume",       "json",           "quiet",       "config",
        "workers", "workers-from", "worker-program", "tensorboard", "report-images"};
    return std::find(kOwn.begin(), kOwn.end(), option) != kOwn.end();
}

std::vector<std::string> plan_options() {
    std::vector<std::string> names;
    for (const Option& option : options()) {
        const bool is_of_runs = std::any_of(
            std::begin(kPlanVerbs), std::end(kPlanVerbs),
            [&option](const Named<Verb>& verb) { return option.belongs_to(verb.value); });
        if (is_of_runs && !is_of_batch(option.name)) {
            names.emplace_back(option.name);
        }
    }
    return names;
}

}  // namespace nanonas::pipeline
