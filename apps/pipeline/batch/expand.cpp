#include <algorithm>
#include <filesystem>
#include <set>

#include "apps/pipeline/batch/plan.hpp"
#include "apps/pipeline/option_table.hpp"
#include "apps/pipeline/read_config.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run_plan.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongestName = 200;  // file systems take 255 bytes, and files stand beside it

/// Letters, digits and a few signs stay; commas and equals signs have a meaning of their own.
std::string folder_text(const std::string& value) {
    std::string text;
    for (const char letter : value) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' ||
                           letter == '-' || letter == '+';
        if (plain && !(text.empty() && letter == '.')) {
            text += letter;
        } else if (!text.empty() && text.back() != '-') {
            text += '-';
        }
    }
    while (!text.empty() && text.back() == '-') {
        text.pop_back();
    }
    return text.empty() ? "none" : text;
}

std::string shortened(const std::string& name) {
    return name.size() <= kLongestName ? name
                                       : name.substr(0, kLongestName - 17) + "-" + checksum(name);
}

bool matches(const Settings& entry, const Settings& settings) {
    return std::all_of(entry.begin(), entry.end(), [&](const auto& wanted) {
        return std::any_of(settings.begin(), settings.end(), [&](const auto& setting) {
            return setting.first == wanted.first &&
                   canonical_value(setting.first, setting.second) ==
                       canonical_value(wanted.first, wanted.second);
        });
    });
}

[[noreturn]] void refuse_number(const BatchPlan& plan) {
    throw ConfigError(plan.file + ": more than " + grouped(kMostRuns) + " runs");
}

/// Every combination, the last axis changing fastest, without the excluded ones.
std::vector<Settings> combinations(const BatchPlan& plan) {
    std::int64_t count = plan.matrix.empty() ? 0 : 1;
    for (const PlanAxis& axis : plan.matrix) {
        count *= static_cast<std::int64_t>(axis.values.size());
        if (count > kMostRuns) {
            refuse_number(plan);
        }
    }
    std::vector<Settings> found;
    for (std::int64_t number = 0; number < count; ++number) {
        Settings settings(plan.matrix.size());
        std::int64_t rest = number;
        for (std::size_t i = plan.matrix.size(); i-- > 0;) {
            const PlanAxis& axis = plan.matrix[i];
            const auto size = static_cast<std::int64_t>(axis.values.size());
            settings[i] = {axis.option, axis.values[static_cast<std::size_t>(rest % size)]};
            rest /= size;
        }
        const bool excluded =
            std::any_of(plan.exclude.begin(), plan.exclude.end(),
                        [&](const Settings& entry) { return matches(entry, settings); });
        if (!excluded) {
            found.push_back(std::move(settings));
        }
    }
    return found;
}

Config read_base(const std::string& file, Verb verb = Verb::kSearch) {
    Config config;
    if (!file.empty()) {
        read_config_file(file, verb, config);
    }
    if (!config.output.out.empty()) {
        throw ConfigError(file +
                          ": /out: each run of a batch has a folder of its own; leave it "
                          "out, or name the batch's by --out");
    }
    return config;
}

/// Over what `config` holds, as flags win over a config file: a recipe first.
void put(const Settings& settings, Config& config) {
    for (const bool recipes : {true, false}) {
        for (const auto& [name, text] : settings) {
            if ((name == "recipe") == recipes) {
                find_option(name)->read(config, text, name);
            }
        }
    }
}

RunSpec resolved(Config config, Verb verb, const std::string& where) {
    try {
        if (verb == Verb::kTrain && config.training.arch.empty()) {
            throw ConfigError("arch: needed; K,C such as 8,3");
        }
        config.workers = 0;
        config.workers_from.clear();
        config.validate();
        require_named_data(config);
        resolve_defaults(config);
        return config;
    } catch (const ConfigError& error) {
        throw ConfigError(where + ": " + error.what());
    }
}

void require_different_names(const BatchPlan& plan, const std::vector<BatchRun>& runs) {
    std::set<std::string> names;
    for (const BatchRun& run : runs) {
        if (!names.insert(run.name).second) {
            throw ConfigError(plan.file + ": two runs are named " + run.name +
                              "; their folders would be one");
        }
    }
}

std::vector<BatchRun> runs_of_configs(const BatchPlan& plan) {
    std::vector<BatchRun> runs;
    for (const std::string& file : plan.configs) {
        runs.push_back({folder_text(fs::path(file).stem().string()),
                        {},
                        resolved(read_base(file), Verb::kSearch, file)});
    }
    return runs;
}

}  // namespace

std::string setting_of(const Settings& settings, const std::string& option) {
    const auto found = std::find_if(settings.begin(), settings.end(),
                                    [&](const auto& one) { return one.first == option; });
    return found == settings.end() ? "" : found->second;
}

std::string canonical_value(const std::string& option, const std::string& text) {
    Config config;
    const Option& row = *find_option(option);
    row.read(config, text, option);
    const std::string shown = row.show(config);
    return shown.empty() ? text : shown;
}

std::vector<std::string> varying_options(const BatchPlan& plan) {
    std::vector<std::string> names;
    const auto add = [&names](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    };
    for (const PlanAxis& axis : plan.matrix) {
        add(axis.option);
    }
    for (const Settings& entry : plan.include) {
        for (const auto& setting : entry) {
            add(setting.first);
        }
    }
    return names;
}

std::string run_name(const BatchPlan& plan, const Settings& settings) {
    std::string name;
    for (const std::string& option : varying_options(plan)) {
        for (const auto& setting : settings) {
            if (setting.first == option) {
                name += (name.empty() ? "" : ",") + option + "=" + folder_text(setting.second);
            }
        }
    }
    return name.empty() ? folder_text(plan.name) : shortened(name);
}

std::vector<BatchRun> expand(const BatchPlan& plan) {
    std::vector<BatchRun> runs;
    if (!plan.configs.empty()) {
        runs = runs_of_configs(plan);
    } else {
        std::vector<Settings> all = combinations(plan);
        all.insert(all.end(), plan.include.begin(), plan.include.end());
        if (plan.matrix.empty() && plan.include.empty()) {
            all.emplace_back();  // what base and defaults say
        }
        if (static_cast<std::int64_t>(all.size()) > kMostRuns) {
            refuse_number(plan);
        }
        const Config base = read_base(plan.base.empty() ? "" : config_file(plan.base), plan.verb);
        for (Settings& settings : all) {
            const std::string name = run_name(plan, settings);
            Settings layer = plan.defaults;
            for (const auto& setting : settings) {
                const auto same = std::find_if(
                    layer.begin(), layer.end(),
                    [&setting](const auto& one) { return one.first == setting.first; });
                same == layer.end() ? layer.push_back(setting) : void(*same = setting);
            }
            Config config = base;
            put(layer, config);
            runs.push_back({name, std::move(settings),
                            resolved(std::move(config), plan.verb, plan.file + ": " + name),
                            plan.verb});
        }
    }
    if (runs.empty()) {
        throw ConfigError(plan.file + ": no run is left by exclude");
    }
    require_different_names(plan, runs);
    return runs;
}

}  // namespace nanonas::pipeline
