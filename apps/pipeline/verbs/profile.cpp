#include "apps/pipeline/verbs/profile.hpp"

#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/verbs/imported.hpp"
#include "export/runtime.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

/// `labels`: of a model's classes; an architecture has none.
space::Network profiled_network(const Config& config, std::vector<std::string>& labels) {
    if (!config.training.arch.empty() && !config.output.model.empty()) {
        throw ConfigError("--model: not together with --arch; profile takes one network");
    }
    if (!config.output.model.empty()) {
        const StoredModel stored = read_stored_model(model_path(config.output.model));
        labels = stored.trained.labels;
        return stored.trained.network;
    }
    if (config.training.arch.empty()) {
        throw ConfigError("--arch: needed (K,C such as 6,4), or --model FILE");
    }
    if (!config.data.input) {
        throw ConfigError("--input: needed with --arch; HxWxC such as 50x50x3");
    }
    return space_of(config, {*config.data.input, config.data.classes.value_or(2)})
        ->build(arch_of(config));
}

/// A file of somebody else's, and what is written of it in other forms.
struct Import {
    const exporting::ImportedModel& model;
    exporting::Int8Network written;
};

/// A file that native cannot run is priced on TensorFlow Lite Micro, which can, too; only native
/// tells latency and energy.
std::vector<std::string> profiled_runtimes(const BudgetOptions& options,
                                           const std::optional<Import>& import) {
    const std::vector<std::string> all = exporting::runtime_names();
    const bool timed = options.max_latency_ms || options.max_energy_uj;
    const exporting::Runtime* const one = exporting::find_runtime(options.runtime);
    const bool native = one != nullptr && one->generated_c;
    if (options.runtime == "all" ||
        (import && !timed && native &&
         !cost_obstacle(import->model, import->written, options.runtime).empty())) {
        return all;
    }
    return {options.runtime};
}

RuntimeCosts costs_on(const std::string& runtime, const Config& config, const Platform& platform,
                      const space::Network& network, const std::optional<Import>& import,
                      const std::vector<std::string>& labels) {
    RuntimeCosts costs;
    costs.runtime = runtime;
    BudgetOptions options = config.budget;
    options.runtime = runtime;
    auto model = resolve_cost_model(options, platform.device, labels);
    if (import) {
        costs.obstacle = cost_obstacle(import->model, import->written, runtime);
        if (!costs.obstacle.empty()) {
            return costs;
        }
        if (auto own = file_cost_model(import->model, import->written, runtime, platform.device)) {
            model = std::move(own);
        }
    }
    const bool written = import && exporting::runtime_named(runtime).generated_c;
    try {
        costs.cost = model->cost(written ? import->written.network : network);
    } catch (const NetworkError& error) {
        if (config.budget.runtime != "all") {
            throw;
        }
        costs.obstacle = error.what();
        return costs;
    }
    costs.budget = budget_report(costs.cost, model->basis(), platform.budget);
    costs.broken = space::violations(platform.budget, costs.cost);
    return costs;
}

}  // namespace

std::string ProfileReport::excess() const {
    std::string first;
    for (const RuntimeCosts& costs : runtimes) {
        if (!costs.obstacle.empty()) {
            continue;
        }
        if (costs.broken.empty()) {
            return "";
        }
        if (first.empty()) {
            first = costs.runtime + ": " + space::to_string(costs.broken);
        }
    }
    return first;
}

ProfileReport profile(const Config& config, const space::Network* given) {
    ProfileReport report;
    if (given == nullptr && config.training.arch.empty() && !config.output.model.empty() &&
        is_import(model_path(config.output.model))) {
        report.model = model_path(config.output.model);
        report.imported = read_import_to_price(report.model);
    }
    std::vector<std::string> labels;
    if (given != nullptr) {
        report.network = *given;
    } else if (report.imported) {
        labels = report.imported->network.labels;
        report.network = report.imported->network.network;
    } else {
        report.network = profiled_network(config, labels);
    }
    const Platform platform = resolve_platform(config.budget);
    report.budget = platform.budget;
    report.run = config.output.run;
    report.layers = space::layer_costs(report.network);
    std::optional<Import> import;
    if (report.imported) {
        import.emplace(Import{*report.imported, network_to_write(*report.imported)});
    }
    for (const std::string& runtime : profiled_runtimes(config.budget, import)) {
        report.runtimes.push_back(
            costs_on(runtime, config, platform, report.network, import, labels));
    }
    return report;
}

}  // namespace nanonas::pipeline
