#include "apps/pipeline/asked.hpp"

#include <algorithm>
#include <vector>

#include "apps/pipeline/read_config.hpp"
#include "apps/pipeline/resolve.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

bool is_profile_of_model(const Asked& asked) {
    return asked.verb == Verb::kProfile && !asked.config.output.model.empty() &&
           asked.config.training.arch.empty();
}

bool is_search_of_table(const Asked& asked) {
    return asked.verb == Verb::kSearch && !asked.config.search.scores.empty() &&
           asked.config.search.search_only;
}

struct Rule {
    bool (*holds)(const Asked&);
    std::vector<const char*> unused;
    const char* why;
};

const Rule kRules[] = {
    {is_profile_of_model, {"input", "classes"}, "not together with --model, which has its own"},
    {is_search_of_table,
     {"data", "test", "val-split", "skip-bad", "cache"},
     "not together with --scores and --search-only, which read no image"},
};

/// Options that would change nothing, given the others. Keys of a config file are never refused: it
/// describes a task that other verbs read, too.
void refuse_unused(const Asked& asked) {
    for (const Rule& rule : kRules) {
        for (const char* name : rule.unused) {
            if (rule.holds(asked) && asked.typed.count(name) > 0) {
                throw ConfigError(std::string("--") + name + ": " + rule.why);
            }
        }
    }
}

void require_known(const std::map<std::string, std::string>& texts, Verb verb) {
    std::vector<std::string> known;
    for (const Option& option : options()) {
        if (option.belongs_to(verb)) {
            known.emplace_back(option.name);
        }
    }
    for (const auto& given : texts) {
        if (std::find(known.begin(), known.end(), given.first) == known.end()) {
            throw ConfigError("--" + given.first + ": unknown option" +
                              did_you_mean(given.first, known, "--"));
        }
    }
}

}  // namespace

void read_options(const std::map<std::string, std::string>& texts, Asked& asked) {
    require_known(texts, asked.verb);
    const auto file = texts.find("config");
    if (file != texts.end()) {
        find_option("config")->read(asked.config, file->second, "--config");
        asked.named = read_config_file(config_file(file->second), asked.verb, asked.config);
    }
    for (const Option& option : options()) {
        const auto given = texts.find(option.name);
        if (given != texts.end()) {
            option.read(asked.config, given->second, std::string("--") + option.name);
            asked.typed.insert(option.name);
            asked.named.insert(option.name);
        }
    }
    asked.config.validate();
    if (asked.config.budget.runtime == "all" && asked.verb != Verb::kProfile) {
        throw ConfigError("--runtime: all is for profile; here it takes one runtime");
    }
    refuse_unused(asked);
}

}  // namespace nanonas::pipeline
