#include "apps/nanonas/model_run.hpp"

#include <filesystem>

#include "apps/nanonas/resolve.hpp"

namespace nanonas::app {

namespace {

namespace fs = std::filesystem;

/// The run directory that holds the model; empty when none does.
fs::path run_of(const std::string& model_file) {
    const fs::path winner = fs::absolute(model_file).lexically_normal().parent_path();
    const fs::path run = winner.parent_path();
    std::error_code error;
    const bool is_run = winner.filename() == "winner" && fs::exists(run / "config.json", error) &&
                        fs::exists(run / "data.json", error);
    return is_run ? run : fs::path();
}

void adopt_bounds(const Command& command, const BudgetOptions& run, BudgetOptions& budget) {
    const auto names = [&](const char* option) { return command.named.count(option) > 0; };
    const bool same_runtime = !names("runtime") || budget.runtime == run.runtime;
    if (!names("runtime")) {
        budget.runtime = run.runtime;
    }
    if (names("target")) {
        return;
    }
    budget.target = run.target;
    const auto adopt = [&](const char* option, auto& bound, const auto& of_run) {
        if (!names(option)) {
            bound = of_run;
        }
    };
    adopt("ram", budget.ram_bytes, run.ram_bytes);
    adopt("flash", budget.flash_bytes, run.flash_bytes);
    adopt("macc", budget.macc, run.macc);
    if (same_runtime) {  // another may not tell them
        adopt("max-latency-ms", budget.max_latency_ms, run.max_latency_ms);
        adopt("max-energy-uj", budget.max_energy_uj, run.max_energy_uj);
    }
}

void adopt_images(const Command& command, const Config& run, Config& config) {
    const auto adopt = [&](const char* option, auto& value, const auto& of_run) {
        if (command.named.count(option) == 0) {
            value = of_run;
        }
    };
    config.data.of_run = true;
    config.data.data = run.data.data;
    adopt("test", config.data.test, run.data.test);
    adopt("val-split", config.data.val_split, run.data.val_split);
    adopt("seed", config.training.seed, run.training.seed);
    config.data.skip_bad = config.data.skip_bad || run.data.skip_bad;
}

Config read_run(const fs::path& run) {
    Config own;
    read_config_file((run / "config.json").string(), Verb::kSearch, own);
    return own;
}

}  // namespace

std::optional<Config> config_of_run(const std::string& model_file) {
    const fs::path run = run_of(model_file);
    return run.empty() ? std::nullopt : std::optional(read_run(run));
}

void adopt_run(Command& command) {
    Config& config = command.config;
    const bool prices = command.verb == Verb::kEvaluate || command.verb == Verb::kProfile;
    if (config.output.model.empty() || config.training.arch ||
        (!prices && command.verb != Verb::kExport && command.verb != Verb::kQuantize)) {
        return;
    }
    const fs::path run = run_of(model_path(config.output));
    if (run.empty()) {
        return;
    }
    const Config own = read_run(run);
    config.output.run = run.string();
    if (prices) {
        adopt_bounds(command, own.budget, config.budget);
    } else if (command.verb == Verb::kExport && command.named.count("name") == 0) {
        config.output.name = own.output.name;
    }
    const char* images = command.verb == Verb::kEvaluate ? "test" : "data";
    if ((command.verb == Verb::kEvaluate || command.verb == Verb::kQuantize) &&
        command.named.count(images) == 0) {
        adopt_images(command, own, config);
    }
}

}  // namespace nanonas::app
