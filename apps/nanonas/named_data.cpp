#include "apps/nanonas/named_data.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "space/errors.hpp"

namespace nanonas::app {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kRunsTold = 3;

bool reads_table_only(const Config& config) {
    return !config.search.scores.empty() && config.search.search_only;
}

/// "; runs here: a, runs/b": those beside `directory`, in the working folder and in its runs/.
std::string runs_near(const std::string& directory) {
    const std::set<fs::path> folders = {"", "runs", fs::path(directory).parent_path()};
    std::vector<std::string> found;
    for (const fs::path& folder : folders) {
        std::error_code error;
        for (const auto& entry :
             fs::directory_iterator(folder.empty() ? fs::path(".") : folder, error)) {
            if (fs::exists(entry.path() / "config.json", error) &&
                fs::exists(entry.path() / "data.json", error)) {
                found.push_back((folder / entry.path().filename()).string());
            }
        }
    }
    std::sort(found.begin(), found.end());
    std::string text;
    for (std::size_t i = 0; i < std::min(found.size(), kRunsTold); ++i) {
        text += (i == 0 ? "; runs here: " : ", ") + found[i];
    }
    return text + (found.size() > kRunsTold ? ", ..." : "");
}

}  // namespace

void require_named_data(const Command& command) {
    const Config& config = command.config;
    const bool named = !config.data.data.empty() || config.data.of_run;
    switch (command.verb) {
        case Verb::kEvaluate:
            if (!config.output.model.empty() && config.data.test.empty() && !config.data.of_run) {
                throw ConfigError(
                    "--test: needed; a folder of labelled images (the model is of no "
                    "run that would tell its own)");
            }
            break;
        case Verb::kSearch:
        case Verb::kTrain:
            if (!named && !config.search.scores.empty() && !reads_table_only(config)) {
                throw ConfigError(
                    "--data: needed to train the winner that --scores finds; or "
                    "--search-only to stop there");
            }
            if (!named && !config.data.test.empty()) {
                throw ConfigError("--data: needed beside --test; the training images");
            }
            break;
        case Verb::kQuantize:
        case Verb::kExport:
        case Verb::kProfile:
        case Verb::kValidate:
        case Verb::kTargets:
        case Verb::kBench:
            break;
    }
}

void require_run_or_data(const Config& config, const RunPlan& plan) {
    if (!config.output.resume || plan.exists || !config.data.data.empty() ||
        reads_table_only(config)) {
        return;
    }
    std::error_code error;
    if (!fs::exists(fs::path(plan.path) / ".lock", error)) {
        throw ConfigError("--resume: " + plan.path +
                          " holds no run; give the run's options or its --out, or --data to begin "
                          "one" +
                          runs_near(plan.path));
    }
}

}  // namespace nanonas::app
