#include "apps/pipeline/model_run.hpp"

#include "apps/pipeline/model_source.hpp"

namespace nanonas::pipeline {

namespace {

void adopt_bounds(const Asked& asked, const BudgetOptions& run, BudgetOptions& budget) {
    const auto names = [&](const char* option) { return asked.named.count(option) > 0; };
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

void adopt_images(const Asked& asked, const Config& run, Config& config) {
    const auto adopt = [&](const char* option, auto& value, const auto& of_run) {
        if (asked.named.count(option) == 0) {
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

void adopt_run(Asked& asked) {
    Config& config = asked.config;
    const bool prices = asked.verb == Verb::kEvaluate || asked.verb == Verb::kProfile;
    if (config.output.model.empty() || !config.training.arch.empty()) {
        return;
    }
    const std::string model = model_path(config.output.model);
    const std::string run = run_of_model(model);
    require_undamaged(model, run);
    if (run.empty() || (!prices && asked.verb != Verb::kExport && asked.verb != Verb::kQuantize)) {
        return;
    }
    const Config own = config_of_run(run);
    config.output.run = run;
    if (prices) {
        adopt_bounds(asked, own.budget, config.budget);
    } else if (asked.verb == Verb::kExport && asked.named.count("name") == 0) {
        config.products.name = own.products.name;
    }
    const char* images = asked.verb == Verb::kEvaluate ? "test" : "data";
    if ((asked.verb == Verb::kEvaluate || asked.verb == Verb::kQuantize) &&
        asked.named.count(images) == 0) {
        adopt_images(asked, own, config);
    }
}

}  // namespace nanonas::pipeline
