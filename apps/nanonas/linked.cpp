#include "apps/nanonas/linked.hpp"

#include <filesystem>

#include "apps/nanonas/device_view.hpp"
#include "apps/nanonas/help.hpp"
#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/summary.hpp"
#include "export/runtime.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

using json = nlohmann::json;

/// Where no target names a core: that of most boards here.
constexpr const char* kDefaultCore = "cortex-m4";

std::string core_of(const Platform& platform) {
    return platform.device.core.empty() ? kDefaultCore : platform.device.core;
}

bool is_native(const std::string& runtime) {
    const exporting::Runtime* const row = exporting::find_runtime(runtime);
    return row != nullptr && row->generated_c;
}

std::string no_core(const std::string& core) {
    return "no emulated board and no compiler flags are known for core " + core;
}

}  // namespace

bool prices_rows(const std::string& runtime) {
    const exporting::Runtime* const row = exporting::find_runtime(runtime);
    return row != nullptr && row->by_rows;
}

device::Limits device_limits() {
    device::Limits limits;
    limits.stop = &stop_requested();
    return limits;
}

void require_strict(const Config& config, const Platform& platform) {
    if (!config.device.strict) {
        return;
    }
    if (config.search.search_only) {
        throw ConfigError("--strict: --search-only stops before anything is linked; leave one out");
    }
    if (!is_native(config.budget.runtime)) {
        throw ConfigError("--strict: links the C written here, --runtime " + config.budget.runtime +
                          " prices another program; leave one out");
    }
    const std::string core = core_of(platform);
    if (device::find_core(core) == nullptr) {
        throw ConfigError("--strict: " + no_core(core));
    }
    const device::Toolchain tools = device::find_toolchain(device_limits());
    if (!tools.can_run()) {
        throw ConfigError("--strict: " + tools.missing);
    }
}

json link_winner(const Platform& platform, const std::string& runtime, const std::string& c_folder,
                 const exporting::Int8Network& network) {
    const std::string name = core_of(platform);
    const device::Core* const core = device::find_core(name);
    device::Limits limits = device_limits();
    limits.scratch = std::filesystem::path(c_folder).parent_path().string();
    const device::Toolchain tools = device::find_toolchain(limits);
    json linked = {{"core", name},
                   {"core_is_the_targets", !platform.device.core.empty()},
                   {"entry", prices_rows(runtime) ? "rows" : "frame"},
                   {"missing", core == nullptr ? no_core(name) : tools.missing}};
    if (core == nullptr || !tools.can_link()) {
        return linked;
    }
    try {
        const device::Export source = device::find_export(c_folder);
        const device::LinkReport report = device::link_report(source, *core, tools, limits);
        linked["compiler"] = report.compiler;
        linked["flags"] = report.flags;
        linked["frame"] = linked_json(report.frame, report.stated_frame_arena_bytes);
        linked["rows"] = linked_json(report.rows, report.stated_rows_arena_bytes);
        std::int64_t stack = report.stated_stack_bytes.value_or(0);
        std::int64_t rows_stack = stack;
        if (tools.can_run()) {
            const device::ShippedVectors vectors =
                device::read_vectors(source, network.network.input, network.network.classes());
            const auto expected = device::oracle_scores(network, vectors.view());
            device::ValidateRequest request;
            request.source = source;
            request.network = &network;
            request.images = vectors.view();
            request.expected = &expected;
            request.layers = false;
            request.link = report;
            const device::DeviceReport checked = device::validate(request, *core, tools, limits);
            linked["device"] = device_json(checked, network.network);
            stack = checked.frame.run.stack_bytes;
            rows_stack = checked.rows.run.stack_bytes;
        }
        linked["frame"]["stack_bytes"] = stack;
        linked["rows"]["stack_bytes"] = rows_stack;
        linked["frame"]["ram_bytes"] = report.frame.whole.ram_bytes() + stack;
        linked["rows"]["ram_bytes"] = report.rows.whole.ram_bytes() + rows_stack;
        const device::LinkedFirmware& priced = prices_rows(runtime) ? report.rows : report.frame;
        linked["ram_bytes"] =
            priced.whole.ram_bytes() + (prices_rows(runtime) ? rows_stack : stack);
        linked["flash_bytes"] = priced.whole.flash_bytes();
        linked["overruns"] =
            overruns(linked["ram_bytes"].get<std::int64_t>(),
                     linked["flash_bytes"].get<std::int64_t>(), platform.budget, name);
    } catch (const ExportError& error) {
        linked["failed"] = error.what();
    }
    return linked;
}

std::vector<std::string> linked_failures(const Config& config, const json& linked) {
    std::vector<std::string> lines;
    const std::string core = linked["core"].get<std::string>();
    if (linked.contains("device")) {
        for (const char* entry : {"frame", "rows"}) {
            if (linked["device"][entry]["mismatches"] > 0) {
                lines.push_back(core + ", " + entry +
                                " entry: " + verdict_text(linked["device"][entry]));
            }
            for (const std::string& broken : broken_promises(linked["device"], entry)) {
                lines.push_back(core + ", " + entry + " entry: " + broken);
            }
        }
    }
    if (!config.device.strict) {
        return lines;
    }
    if (linked.contains("failed")) {
        lines.push_back("--strict: " + linked["failed"].get<std::string>());
    } else if (!linked.contains("device")) {
        lines.push_back("--strict: " + linked["missing"].get<std::string>());
    }
    for (const json& overrun : linked.value("overruns", json::array())) {
        lines.push_back("--strict: " + overrun.get<std::string>());
    }
    return lines;
}

std::string linked_text(const json& linked, const json& cost) {
    if (linked.contains("failed")) {
        return "  linked    FAILED: " + linked.at("failed").get<std::string>() + "\n";
    }
    if (!linked.contains("frame")) {
        return "  linked    no: RAM and flash above are the cost model's (" +
               linked.at("missing").get<std::string>() + ")\n";
    }
    const auto figure = [](const json& value) { return bytes_text(value.get<std::int64_t>()); };
    const std::string core = linked.at("core").get<std::string>();
    const std::string measured = linked.contains("device") ? "measured" : "stated in the header";
    const std::string runtime = cost.at("runtime").get<std::string>();
    const bool rows = linked.at("entry") == "rows";
    const json& priced = linked.at(rows ? "rows" : "frame");
    const json& other = linked.at(rows ? "frame" : "rows");
    std::string text = table(
        {{"linked for " + core, is_native(runtime) ? "cost model" : "cost model (" + runtime + ")",
          "ELF: whole firmware", "of it the network"},
         {"  RAM with stack", figure(cost.at("ram_bytes").at("value")),
          figure(linked.at("ram_bytes")),
          bytes_text(priced.at("network").at("static_ram_bytes").get<std::int64_t>() +
                     priced.at("stack_bytes").get<std::int64_t>())},
         {"  flash", figure(cost.at("flash_bytes").at("value")), figure(linked.at("flash_bytes")),
          figure(priced.at("network").at("flash_bytes"))}},
        "  ");
    std::string note =
        "The ELF's figures are the linker's (" + linked.at("compiler").get<std::string>() +
        (linked.at("core_is_the_targets") == true ? "" : "; no target names a core") + "), stack " +
        grouped(priced.at("stack_bytes").get<std::int64_t>()) + " B " + measured + "; " +
        (rows ? "whole frames" : "rows pushed one by one") + ": RAM " +
        figure(other.at("ram_bytes")) + "." +
        (is_native(runtime) ? ""
                            : " It runs the C written here, which is not what the cost model of " +
                                  runtime + " prices.");
    text += "  " + wrapped(note, 2, 96) + "\n\n";
    for (const json& overrun : linked.at("overruns")) {
        text += "  over      " + overrun.get<std::string>() + "\n";
    }
    if (!linked.contains("device")) {
        return text + "  device    not emulated (" + linked.at("missing").get<std::string>() +
               ")\n";
    }
    const json& device = linked.at("device");
    for (const char* entry : {"frame", "rows"}) {
        text += std::string("  device    ") + core + ", " + entry + " entry, " +
                grouped(device.at(entry).at("instructions").get<std::int64_t>()) +
                " instructions; " + verdict_text(device.at(entry)) + "\n";
    }
    return text;
}

std::vector<std::string> overruns(std::int64_t ram_bytes, std::int64_t flash_bytes,
                                  const space::Budget& budget, const std::string& core) {
    space::Budget bounds;
    bounds.ram_bytes = budget.ram_bytes;
    bounds.flash_bytes = budget.flash_bytes;
    space::CostReport real;
    real.ram_bytes = ram_bytes;
    real.flash_bytes = flash_bytes;
    std::vector<std::string> lines;
    for (const space::Violation& violation : space::violations(bounds, real)) {
        lines.push_back(core + ": linked " + space::to_string(std::vector{violation}));
    }
    return lines;
}

}  // namespace nanonas::app
