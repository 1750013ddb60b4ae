#include "apps/pipeline/verbs/profile.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/evaluation_view.hpp"
#include "apps/nanonas/views/summary.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/verbs/verbs_json.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

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

std::string runtime_text(const RuntimeCosts& costs, const space::Budget& budget) {
    if (!costs.obstacle.empty()) {
        return "\n  " + costs.runtime + " not costed: " + one_line(costs.obstacle) + "\n";
    }
    const space::CostReport& cost = costs.cost;
    std::string text = "\n" + cost_text(costs.budget) + "\n" +
                       items_text("RAM", cost.ram_items, cost.ram_bytes) +
                       items_text("flash", cost.flash_items, cost.flash_bytes) + "  " +
                       wrapped(costs.budget.basis, 2, 96) + "\n";
    if (budget.binds()) {
        text += costs.broken.empty() ? "  fits the budget\n"
                                     : "  does not fit: " + space::to_string(costs.broken) + "\n";
    }
    return text;
}

std::string profile_text(const ProfileReport& report, bool classes_assumed) {
    std::string text = space::to_string(report.network.input) + ", " +
                       std::to_string(report.network.classes()) + " classes" +
                       (classes_assumed ? " (--classes names another number)" : "") + "\n\n";
    if (report.imported) {
        text = imported_text(report.model, *report.imported) + "\n" + text;
    }
    if (!report.run.empty()) {
        text += "  of the run " + one_line(report.run) + ": " + budget_text(report.budget) + "\n\n";
    }
    text += layers_text(report.layers);
    for (const RuntimeCosts& costs : report.runtimes) {
        text += runtime_text(costs, report.budget);
    }
    return text;
}

}  // namespace

int run_profile(Session& session) {
    const Config& config = session.config();
    const ProfileReport report = profile(config);
    session.result(to_json(report),
                   profile_text(report, !config.training.arch.empty() && !config.data.classes));
    const std::string excess = report.excess();
    if (!excess.empty()) {
        std::fprintf(stderr, "nanonas: the network does not fit; %s\n", excess.c_str());
        return kNothingFits;
    }
    return kDone;
}

}  // namespace nanonas::app
