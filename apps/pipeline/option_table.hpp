// Each option described once: its name serves as the flag and as the config-file key.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"

namespace nanonas::pipeline {

enum class Verb {
    kSearch,
    kTrain,
    kQuantize,
    kEvaluate,
    kExport,
    kProfile,
    kValidate,
    kTargets,
    kBench
};

enum class Kind { kSwitch, kInteger, kIntegerOrWord, kNumber, kBytes, kText };
enum class Group { kData, kBudget, kSearch, kTraining, kOutput };

/// One option: its name serves as flag and as key of config files.
struct Option {
    const char* name;   ///< "val-split": --val-split, "val-split"
    const char* value;  ///< "DIR" in the help; empty for a switch
    Kind kind;
    Group group;
    std::vector<Verb> verbs;
    /// Part of a run's identity: --resume insists that it is unchanged.
    bool decides_answer;
    std::string help;
    /// Reads text into the config; throws ConfigError naming `what`.
    void (*read)(Config&, const std::string& text, const std::string& what);
    /// The value as text that `read` takes; empty when unset.
    std::string (*show)(const Config&);

    bool belongs_to(Verb verb) const;
};

const std::vector<Option>& options();
const Option* find_option(const std::string& name);
const char* group_title(Group group);

}  // namespace nanonas::pipeline
