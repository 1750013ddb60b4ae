#include "apps/nanonas/options/model_run.hpp"

#include "apps/pipeline/model_source.hpp"

namespace nanonas::app {

namespace {

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
    adopt("final-val-split", config.data.final_val_split, run.data.final_val_split);
    adopt("seed", config.training.seed, run.training.seed);
    config.data.skip_bad = config.data.skip_bad || run.data.skip_bad;
}

}  // namespace

void adopt_run(Command& command) {
    Config& config = command.config;
    const bool prices = command.verb == Verb::kEvaluate || command.verb == Verb::kProfile;
    if (config.output.model.empty() || !config.training.arch.empty()) {
        return;
    }
    const std::string model = model_path(config.output.model);
    const std::string run = run_of_model(model);
    require_undamaged(model, run);
    if (run.empty() ||
        (!prices && command.verb != Verb::kExport && command.verb != Verb::kQuantize)) {
        return;
    }
    const Config own = config_of_run(run);
    config.output.run = run;
    if (prices) {
        adopt_bounds(command, own.budget, config.budget);
    } else if (command.verb == Verb::kExport && command.named.count("name") == 0) {
        config.products.name = own.products.name;
    }
    const char* images = command.verb == Verb::kEvaluate ? "test" : "data";
    if ((command.verb == Verb::kEvaluate || command.verb == Verb::kQuantize) &&
        command.named.count(images) == 0) {
        adopt_images(command, own, config);
    }
}

}  // namespace nanonas::app
