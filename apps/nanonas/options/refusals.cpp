#include "apps/nanonas/options/refusals.hpp"

#include <algorithm>

#include "space/errors.hpp"

namespace nanonas::app {

namespace {

bool is_profile_of_model(const Command& command) {
    return command.verb == Verb::kProfile && !command.config.output.model.empty() &&
           command.config.training.arch.empty();
}

bool is_search_of_table(const Command& command) {
    return command.verb == Verb::kSearch && !command.config.search.scores.empty() &&
           command.config.search.search_only;
}

struct Rule {
    bool (*holds)(const Command&);
    std::vector<const char*> unused;
    const char* why;
};

const Rule kRules[] = {
    {is_profile_of_model, {"input", "classes"}, "not together with --model, which has its own"},
    {is_search_of_table,
     {"data", "test", "val-split", "skip-bad", "cache"},
     "not together with --scores and --search-only, which read no image"},
};

struct BenchOptions {
    const char* what;
    std::vector<const char*> used;
};

const char* const kOfAll[] = {"config", "json", "quiet"};
const std::vector<const char*> kOfSearch = {
    "data",         "val-split",    "input",         "skip-bad",        "target",
    "ram",          "flash",        "macc",          "max-latency-ms",  "max-energy-uj",
    "runtime",      "search-steps", "search-epochs", "search-schedule", "search-lr",
    "search-batch", "repeats",      "seed",          "workers",         "cache"};

std::vector<const char*> with_engine(std::vector<const char*> names) {
    names.push_back("engine");
    return names;
}

const BenchOptions kBenches[] = {
    {"signature", {"seed"}},
    {"train", {"input", "seed"}},
    {"search", kOfSearch},
    {"workers", with_engine(kOfSearch)},
    {"learning",
     {"data", "val-split", "input", "skip-bad", "search-steps", "search-epochs", "search-schedule",
      "search-lr", "search-batch", "seed", "workers", "cache"}},
};

template <typename Names>
bool contains(const Names& names, const std::string& name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

void refuse_unused(const Command& command) {
    for (const Rule& rule : kRules) {
        for (const char* name : rule.unused) {
            if (rule.holds(command) && command.typed.count(name) > 0) {
                throw ConfigError(std::string("--") + name + ": " + rule.why);
            }
        }
    }
    for (const BenchOptions& bench : kBenches) {
        if (command.verb != Verb::kBench || command.what != bench.what) {
            continue;
        }
        for (const std::string& name : command.typed) {
            if (!contains(bench.used, name) && !contains(kOfAll, name)) {
                std::string used;
                for (const char* each : bench.used) {
                    used += std::string(used.empty() ? "--" : ", --") + each;
                }
                throw ConfigError("--" + name + ": `nanonas bench " + bench.what +
                                  "` does not use it; it takes " + used);
            }
        }
    }
}

}  // namespace nanonas::app
