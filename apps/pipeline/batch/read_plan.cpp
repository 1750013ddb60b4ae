#include <algorithm>
#include <filesystem>
#include <set>

#include "apps/pipeline/batch/plan.hpp"
#include "apps/pipeline/batch/plan_keys.hpp"
#include "apps/pipeline/batch/yaml_reader.hpp"
#include "apps/pipeline/option_table.hpp"
#include "apps/pipeline/resolve.hpp"
#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

namespace {

/// The option, when a plan may name it. Throws ConfigError.
const Option& plan_option(const std::string& name, Verb verb, const std::string& where) {
    const Option* option = find_option(name);
    if (option == nullptr) {
        throw ConfigError(where + ": unknown option" + did_you_mean(name, plan_options()));
    }
    if (is_of_batch(name)) {
        throw ConfigError(where + ": is for the whole batch; give it on the command line");
    }
    if (!option->belongs_to(verb)) {
        throw ConfigError(where + ": no option of `nanonas " +
                          (verb == Verb::kTrain ? "train" : "search") + "`");
    }
    return *option;
}

void check_value(const std::string& name, const std::string& text, Verb verb,
                 const std::string& where) {
    Config config;
    plan_option(name, verb, where).read(config, text, where);
    if (name == "runtime" && text == "all") {
        throw ConfigError(where + ": all is for profile; here it is one runtime");
    }
}

Settings read_settings(const YamlReader& reader, Verb verb) {
    Settings settings;
    for (const auto& [name, value] : reader.entries()) {
        plan_option(name, verb, value.where());
        check_value(name, value.text(), verb, value.where());
        settings.emplace_back(name, value.text());
    }
    if (settings.empty()) {
        reader.fail("names no option");
    }
    return settings;
}

/// The axis with these values, by where each stands. Throws ConfigError for one that the option
/// refuses, or has had.
PlanAxis axis_of(const std::string& option, Verb verb,
                 const std::vector<std::pair<std::string, std::string>>& texts) {
    PlanAxis axis{option, {}};
    std::set<std::string> seen;
    for (const auto& [where, text] : texts) {
        check_value(option, text, verb, where);
        if (!seen.insert(canonical_value(option, text)).second) {
            throw ConfigError(where + ": \"" + text + "\" stands twice: two runs of one name");
        }
        axis.values.push_back(text);
    }
    return axis;
}

std::vector<PlanAxis> read_matrix(const YamlReader& reader, Verb verb) {
    std::vector<PlanAxis> matrix;
    for (const auto& [name, values] : reader.entries()) {
        plan_option(name, verb, values.where());
        std::vector<std::pair<std::string, std::string>> texts;
        for (const YamlReader& value : values.items()) {
            texts.emplace_back(value.where(), value.text());
        }
        if (texts.empty()) {
            values.fail("an axis without a value");
        }
        matrix.push_back(axis_of(name, verb, texts));
    }
    return matrix;
}

/// Each names axes and values of the matrix: what excludes nothing is a mistake.
std::vector<Settings> read_excludes(const YamlReader& reader, const BatchPlan& plan) {
    const std::vector<PlanAxis>& matrix = plan.matrix;
    std::vector<std::string> axes;
    std::transform(matrix.begin(), matrix.end(), std::back_inserter(axes),
                   [](const PlanAxis& axis) { return axis.option; });
    std::vector<Settings> excludes;
    for (const YamlReader& item : reader.items()) {
        Settings entry;
        for (const auto& [name, value] : item.entries()) {
            const auto axis = std::find(axes.begin(), axes.end(), name);
            if (axis == axes.end()) {
                value.fail("no axis of matrix" + did_you_mean(name, axes));
            }
            check_value(name, value.text(), plan.verb, value.where());
            const std::string wanted = canonical_value(name, value.text());
            const auto& values = matrix[static_cast<std::size_t>(axis - axes.begin())].values;
            const auto same = std::find_if(values.begin(), values.end(),
                                           [&, option = name](const std::string& text) {
                                               return canonical_value(option, text) == wanted;
                                           });
            if (same == values.end()) {
                value.fail("\"" + value.text() + "\" is no value of this axis");
            }
            entry.emplace_back(name, *same);
        }
        if (entry.empty()) {
            item.fail("names no axis");
        }
        excludes.push_back(std::move(entry));
    }
    return excludes;
}

std::vector<Settings> read_includes(const YamlReader& reader, Verb verb) {
    std::vector<Settings> includes;
    for (const YamlReader& item : reader.items()) {
        includes.push_back(read_settings(item, verb));
    }
    return includes;
}

RunPolicy read_policy(const YamlReader& reader) {
    RunPolicy policy;
    for (const auto& [name, value] : reader.entries()) {
        const std::string text = value.text();
        if (name == kMaxParallel) {
            policy.max_parallel = parse_integer(text, value.where(), 1, kMostParallel);
        } else if (name == kOnFailure) {
            policy.stop_on_failure =
                choose(kFailurePolicies, text,
                       value.where() + ": \"" + text + "\" is unknown; expected one of ")
                    .value;
        } else if (name == kRetries) {
            policy.retries = parse_integer(text, value.where(), 0, kMostRetries);
        } else if (name == kMaxConsecutiveFailures) {
            policy.max_consecutive_failures =
                parse_integer(text, value.where(), 1, kMostConsecutiveFailures);
        } else {
            value.fail("unknown key" + did_you_mean(name, run_policy_keys()));
        }
    }
    return policy;
}

std::string read_name(const YamlReader& reader) {
    std::string name = reader.text();
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
        reader.fail("\"" + name + "\" cannot name a folder");
    }
    return name;
}

/// Keys in any order: the verb decides what options there are, excludes name parts of the matrix.
void read_parts(const std::vector<std::pair<std::string, YamlReader>>& entries, BatchPlan& plan) {
    for (const auto& [key, value] : entries) {
        if (key == kVerb) {
            plan.verb =
                choose(kPlanVerbs, value.text(),
                       value.where() + ": \"" + value.text() + "\" is unknown; expected one of ")
                    .value;
        }
    }
    for (const auto& [key, value] : entries) {
        if (key == kName) {
            plan.name = read_name(value);
        } else if (key == kBase) {
            plan.base = value.text();
        } else if (key == kDefaults) {
            plan.defaults = read_settings(value, plan.verb);
        } else if (key == kMatrix) {
            plan.matrix = read_matrix(value, plan.verb);
        } else if (key == kInclude) {
            plan.include = read_includes(value, plan.verb);
        } else if (key == kRun) {
            plan.run = read_policy(value);
        } else if (key == "$schema") {
            value.text();
        } else if (key != kExclude && key != kVerb) {
            value.fail("unknown key" + did_you_mean(key, plan_keys()));
        }
    }
    for (const auto& [key, value] : entries) {
        if (key == kExclude) {
            plan.exclude = read_excludes(value, plan);
        }
    }
}

bool has_ending(const std::string& file, const char* ending) {
    return fs::path(file).extension() == ending;
}

/// A JSON file is a plan by its keys: most of them name no option.
bool is_plan(const std::string& file) {
    if (has_ending(file, ".yaml") || has_ending(file, ".yml")) {
        return true;
    }
    const YamlReader root = YamlReader::parse(read_file(file), file);
    if (!root.is_mapping()) {
        return false;
    }
    const std::vector<std::string> keys = plan_keys();
    const auto entries = root.entries();
    return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
        return find_option(entry.first) == nullptr && entry.first != "$schema" &&
               std::find(keys.begin(), keys.end(), entry.first) != keys.end();
    });
}

/// The file itself, or a shipped plan or search of that name.
std::string plan_file(const std::string& name) {
    const std::string plan = shipped_file(name, "batches", ".yaml");
    return plan == name ? config_file(name) : plan;
}

}  // namespace

BatchPlan read_plan(const std::string& file) {
    BatchPlan plan;
    plan.file = file;
    plan.name = fs::path(file).stem().string();
    read_parts(YamlReader::parse(read_file(file), file).entries(), plan);
    return plan;
}

BatchPlan plan_of_files(const std::vector<std::string>& files) {
    if (files.empty()) {
        throw ConfigError("no plan: name a file, such as `nanonas batch plan.yaml`");
    }
    BatchPlan plan;
    for (const std::string& name : files) {
        const std::string file = plan_file(name);
        if (is_plan(file)) {
            if (files.size() > 1) {
                throw ConfigError(file + ": a plan stands alone; several files are config files");
            }
            return read_plan(file);
        }
        plan.configs.push_back(file);
    }
    plan.file = files.size() == 1 ? plan.configs.front() : "config files";
    plan.name = "batch";
    return plan;
}

void override_axis(BatchPlan& plan, const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    std::vector<std::string> axes;
    for (PlanAxis& axis : plan.matrix) {
        axes.push_back(axis.option);
        if (axis.option != name) {
            continue;
        }
        std::vector<std::pair<std::string, std::string>> texts;
        for (std::size_t at = equals; at != std::string::npos;) {
            const std::size_t end = text.find(',', at + 1);
            texts.emplace_back(text,
                               text.substr(at + 1, end == std::string::npos ? end : end - at - 1));
            if (texts.back().second.empty()) {
                throw ConfigError(text + ": an axis without a value");
            }
            at = end;
        }
        axis = axis_of(name, plan.verb, texts);
        return;
    }
    throw ConfigError(text + ": \"" + name + "\" is no axis of " + plan.file +
                      (axes.empty() ? ", which has no matrix" : "; its axes are " + listed(axes)) +
                      did_you_mean(name, axes));
}

}  // namespace nanonas::pipeline
