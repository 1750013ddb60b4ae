#include "apps/nanonas/help.hpp"
#include "apps/nanonas/imported.hpp"
#include "apps/nanonas/imported_costs.hpp"
#include "apps/nanonas/int8_ranges.hpp"
#include "apps/nanonas/linked.hpp"
#include "apps/nanonas/products.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/session.hpp"
#include "apps/nanonas/summary.hpp"
#include "export/runtime.hpp"
#include "space/errors.hpp"
#include "space/json/network_json.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

/// `labels`: of a model's classes; an architecture has none.
space::Network profiled_network(const Config& config, std::vector<std::string>& labels) {
    if (!config.training.arch.empty() && !config.output.model.empty()) {
        throw ConfigError("--model: not together with --arch; profile takes one network");
    }
    if (!config.output.model.empty()) {
        const StoredModel stored = read_stored_model(model_path(config.output));
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

std::string layers_text(const space::CostReport& report) {
    std::vector<std::vector<std::string>> rows = {
        {"layer", "kind", "output", "MACC", "weights B", "tensors B"}};
    for (const space::LayerCost& layer : report.layers) {
        rows.push_back({layer.name, layer.kind, space::to_string(layer.output), grouped(layer.macc),
                        grouped(layer.weight_bytes), grouped(layer.tensor_bytes)});
    }
    rows.push_back({"total", "", "", grouped(report.macc), grouped(report.weight_bytes),
                    grouped(report.peak_tensor_bytes) + " peak"});
    return table(rows, "  ", 3);
}

std::string items_text(const char* title, const std::vector<space::CostItem>& items,
                       std::int64_t total) {
    std::vector<std::vector<std::string>> rows = {{title, bytes_text(total)}};
    for (const space::CostItem& item : items) {
        rows.push_back({"  " + item.name, grouped(item.bytes) + " B"});
    }
    return table(rows, "  ");
}

/// A file that native cannot run is priced on TensorFlow Lite Micro, which can, too; only native
/// tells latency and energy.
std::vector<std::string> profiled_runtimes(
    const BudgetOptions& options, const std::optional<exporting::ImportedModel>& imported) {
    const std::vector<std::string> all = exporting::runtime_names();
    const bool timed = options.max_latency_ms || options.max_energy_uj;
    const exporting::Runtime* const one = exporting::find_runtime(options.runtime);
    const bool native = one != nullptr && one->generated_c;
    if (options.runtime == "all" ||
        (imported && !timed && native && !cost_obstacle(*imported, options.runtime).empty())) {
        return all;
    }
    return {options.runtime};
}

}  // namespace

int run_profile(Session& session) {
    const Config& config = session.config();
    std::optional<exporting::ImportedModel> imported;
    if (config.training.arch.empty() && !config.output.model.empty() &&
        exporting::is_tflite(model_path(config.output))) {
        imported = exporting::read_tflite(model_path(config.output));
    }
    std::vector<std::string> labels =
        imported ? imported->network.labels : std::vector<std::string>();
    const space::Network network =
        imported ? imported->network.network : profiled_network(config, labels);
    const Platform platform = resolve_platform(config.budget);
    const space::Budget& budget = platform.budget;
    const std::vector<std::string> runtimes = profiled_runtimes(config.budget, imported);

    std::string text =
        space::to_string(network.input) + ", " + std::to_string(network.classes()) + " classes" +
        (!config.training.arch.empty() && !config.data.classes ? " (--classes names another number)"
                                                               : "") +
        "\n\n";
    nlohmann::json document = {{"verb", "profile"},
                               {"network", json::to_json(network)},
                               {"runtimes", nlohmann::json::array()}};
    if (imported) {
        text = imported_text(model_path(config.output), *imported) + "\n" + text;
        document["file"] = imported_json(*imported);
    }
    if (!config.output.run.empty()) {
        text += "  of the run " + one_line(config.output.run) + ": " + budget_text(budget) + "\n\n";
        document["run"] = config.output.run;
    }
    text += layers_text(space::layer_costs(network));
    std::string excess;  // of the first runtime that it does not fit with
    bool fits = false;
    for (const std::string& runtime : runtimes) {
        BudgetOptions options = config.budget;
        options.runtime = runtime;
        auto model = resolve_cost_model(options, platform.device, labels);
        if (imported) {
            const std::string obstacle = cost_obstacle(*imported, runtime);
            if (!obstacle.empty()) {
                text += "\n  " + runtime + " not costed: " + one_line(obstacle) + "\n";
                document["not_costed"][runtime] = obstacle;
                continue;
            }
            if (auto own = file_cost_model(*imported, runtime, platform.device)) {
                model = std::move(own);
            }
        }
        const space::CostReport report = model->cost(network);
        const auto broken = space::violations(budget, report);
        nlohmann::json entry = json::to_json(report);
        entry["basis"] = model->basis();
        entry["budget"] = cost_json(network, *model, budget);
        entry["fits"] = broken.empty();
        document["runtimes"].push_back(entry);
        text += "\n" + cost_text(entry["budget"]) + "\n" +
                items_text("RAM", report.ram_items, report.ram_bytes) +
                items_text("flash", report.flash_items, report.flash_bytes) + "  " +
                wrapped(model->basis(), 2, 96) + "\n";
        fits = fits || broken.empty();
        if (!broken.empty() && excess.empty()) {
            excess = runtime + ": " + space::to_string(broken);
        }
        if (budget.binds()) {
            text += broken.empty() ? "  fits the budget\n"
                                   : "  does not fit: " + space::to_string(broken) + "\n";
        }
    }
    session.result(document, text);
    if (!fits && !excess.empty()) {
        std::fprintf(stderr, "nanonas: the network does not fit; %s\n", excess.c_str());
        return kNothingFits;
    }
    return kDone;
}

}  // namespace nanonas::app
