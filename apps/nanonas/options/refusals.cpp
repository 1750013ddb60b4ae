#include "apps/nanonas/options/refusals.hpp"

#include <algorithm>

#include "space/errors.hpp"

namespace nanonas::app {

namespace {

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

std::vector<const char*> with(std::vector<const char*> names,
                              const std::vector<const char*>& more) {
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

const BenchOptions kBenches[] = {
    {"signature", {"seed"}},
    {"train", {"input", "seed"}},
    {"search", kOfSearch},
    {"workers", with(kOfSearch, {"engine"})},
    {"scaling", with(kOfSearch, {"engine", "strategy", "trials", "scores", "classes", "out"})},
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
