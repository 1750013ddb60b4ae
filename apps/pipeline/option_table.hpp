// Each option described once: its name serves as the flag and as the config-file key.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"

namespace nanonas::pipeline {

enum class Verb {
    kSearch,
    kBatch,
    kTrain,
    kQuantize,
    kEvaluate,
    kPredict,
    kExport,
    kProfile,
    kValidate,
    kReport,
    kTrack,
    kTargets,
    kSchema,
    kWorker,
    kBench
};

enum class Kind { kSwitch, kInteger, kIntegerOrWord, kNumber, kBytes, kText };
enum class Group { kData, kBudget, kSearch, kTraining, kOutput };

using Names = std::vector<std::string> (*)();
constexpr double kNoBound = std::numeric_limits<double>::infinity();

/// What an option takes beyond its kind.
struct Allowed {
    double low = -kNoBound;  ///< of a number; whole ones up to 2^53 are exact here
    double high = kNoBound;
    /// The names a text is one of, those that this build lacks among them, or the words that may
    /// stand in a number's place; null: any text.
    Names names = nullptr;
};

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
    /// Puts text that is allowed into the config; throws ConfigError naming `what`.
    void (*store)(Config&, const std::string& text, const std::string& what);
    /// The value as text that `read` takes; empty when unset.
    std::string (*show)(const Config&);
    Allowed allowed = {};
    /// May be given several times: `read` takes their texts a line each.
    bool repeatable = false;
    /// A second name of the flag, where no option of the same verbs has it; null: none.
    const char* alias = nullptr;

    /// Checks and stores; throws ConfigError naming `what`.
    void read(Config& config, const std::string& text, const std::string& what) const;
    bool belongs_to(Verb verb) const;
};

const std::vector<Option>& options();
const Option* find_option(const std::string& name);
const char* group_title(Group group);

}  // namespace nanonas::pipeline
