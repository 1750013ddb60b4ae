#include "export/device/validate.hpp"

#include <algorithm>
#include <cmath>

#include "export/native/native_model.hpp"
#include "space/cost.hpp"
#include "space/errors.hpp"

namespace nanonas::device {

namespace {

/// Images that layers are counted on; each costs the same but for a few branches.
constexpr std::int64_t kTracedImages = 4;

std::int64_t macc_of(const space::CostReport& costs, const std::string& layer) {
    const auto found =
        std::find_if(costs.layers.begin(), costs.layers.end(),
                     [&](const space::LayerCost& cost) { return cost.name == layer; });
    return found == costs.layers.end() ? 0 : found->macc;
}

std::vector<LayerReport> name_layers(const exporting::Int8Network& network,
                                     const std::vector<double>& instructions) {
    const space::CostReport costs = space::layer_costs(network.network);
    std::vector<LayerReport> layers;
    for (const exporting::NativeLayer& layer : exporting::native_layers(network)) {
        const std::size_t index = layers.size();
        layers.push_back({layer.shown, macc_of(costs, layer.layer),
                          index < instructions.size() ? instructions[index] : 0.0});
    }
    return layers;
}

RunRequest run_request(const ValidateRequest& request, Entry entry) {
    return {request.source, entry, request.network->network.classes(), request.images, false};
}

EntryReport run_entry(const ValidateRequest& request, Entry entry, const LinkedFirmware& linked,
                      const Core& core, const Toolchain& tools, const Limits& limits,
                      const std::function<void(const char*, double)>& done) {
    EntryReport report;
    const char* const part = entry == Entry::kFrame ? "frame entry" : "rows entry";
    report.run = run(run_request(request, entry), core, tools, limits, [&](std::int64_t images) {
        if (done) {
            done(part, static_cast<double>(images) / static_cast<double>(request.images.count));
        }
    });
    report.compared =
        compare_scores(report.run.scores, *request.expected, request.network->network.classes());
    report.linked = linked;
    return report;
}

}  // namespace

void add_clock_turns(DeviceRun& frame, const DeviceRun& rows) {
    const double turns = std::round((rows.instructions - frame.instructions) / frame.clock_turn);
    if (turns > 0.0) {
        frame.instructions += turns * frame.clock_turn;
        frame.fewest += std::llround(turns * frame.clock_turn);
        frame.most += std::llround(turns * frame.clock_turn);
    }
}

DeviceReport validate(const ValidateRequest& request, const Core& core, const Toolchain& tools,
                      const Limits& limits,
                      const std::function<void(const char* part, double fraction)>& done) {
    DeviceReport report;
    report.link = request.link ? *request.link : link_report(request.source, core, tools, limits);
    report.frame = run_entry(request, Entry::kFrame, report.link.frame, core, tools, limits, done);
    report.rows = run_entry(request, Entry::kRows, report.link.rows, core, tools, limits, done);
    add_clock_turns(report.frame.run, report.rows.run);
    if (request.layers) {
        RunRequest traced = run_request(request, Entry::kFrame);
        traced.images.count = std::min(traced.images.count, kTracedImages);
        traced.trace = true;
        const DeviceRun counted = run(traced, core, tools, limits);
        const auto& layers = counted.layer_instructions;
        // An export without the hook tells nothing.
        if (std::any_of(layers.begin(), layers.end(), [](double one) { return one > 0.0; })) {
            report.layers = name_layers(*request.network, layers);
        }
    }
    return report;
}

HostReport validate_here(const ValidateRequest& request, const Limits& limits) {
    HostReport report;
    Host host = find_host(limits);
    if (host.missing.empty()) {
        Limits own = limits;
        own.scratch = host.folder;
        const std::string& compiler = host.compiler.program;
        const auto compare = [&](Entry entry) {
            return compare_scores(run_here(run_request(request, entry), compiler, own).scores,
                                  *request.expected, request.network->network.classes());
        };
        try {
            report.frame = compare(Entry::kFrame);
            report.rows = compare(Entry::kRows);
            report.shipped_program_failed =
                !request.program.empty() &&
                !shipped_program_agrees(request.source, request.program, compiler, own);
            report.compiler = host.compiler.version;
            return report;
        } catch (const Error& error) {
            // A full disk or a folder that is gone says nothing of the export.
            const bool interrupted = dynamic_cast<const Interrupted*>(&error) != nullptr;
            host = interrupted ? host : find_host(limits);
            if (host.missing.empty() && dynamic_cast<const NotStarted*>(&error) != nullptr) {
                host.missing = error.what();
            }
            if (host.missing.empty()) {
                throw;
            }
        }
    }
    report = {};
    report.not_done = host.missing;
    return report;
}

}  // namespace nanonas::device
