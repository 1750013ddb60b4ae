#include "apps/pipeline/steps/linked.hpp"

#include <filesystem>

#include "export/runtime.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

/// Where no target names a core: that of most boards here.
constexpr const char* kDefaultCore = "cortex-m4";

std::string core_of(const Platform& platform) {
    return platform.device.core.empty() ? kDefaultCore : platform.device.core;
}

std::string no_core(const std::string& core) {
    return "no emulated board and no compiler flags are known for core " + core;
}

/// The core's program on the export's own vectors.
device::DeviceReport emulate(const device::Export& source, const device::LinkReport& link,
                             const exporting::Int8Network& network, const device::Core& core,
                             const device::Toolchain& tools, const device::Limits& limits) {
    const device::ShippedVectors vectors =
        device::read_vectors(source, network.network.input, network.network.classes());
    const auto expected = device::oracle_scores(network, vectors.view());
    device::ValidateRequest request;
    request.source = source;
    request.network = &network;
    request.images = vectors.view();
    request.expected = &expected;
    request.layers = false;
    request.link = link;
    return device::validate(request, core, tools, limits);
}

}  // namespace

bool is_native(const std::string& runtime) {
    const exporting::Runtime* const row = exporting::find_runtime(runtime);
    return row != nullptr && row->generated_c;
}

bool prices_rows(const std::string& runtime) {
    const exporting::Runtime* const row = exporting::find_runtime(runtime);
    return row != nullptr && row->by_rows;
}

device::Limits device_limits(const Task& task) {
    device::Limits limits;
    limits.stop = task.stop;
    return limits;
}

void require_strict(const RunSpec& spec, const Platform& platform, const Task& task) {
    if (!spec.products.strict) {
        return;
    }
    if (spec.search.search_only) {
        throw ConfigError("--strict: --search-only stops before anything is linked; leave one out");
    }
    if (!is_native(spec.budget.runtime)) {
        throw ConfigError("--strict: links the C written here, --runtime " + spec.budget.runtime +
                          " prices another program; leave one out");
    }
    const std::string core = core_of(platform);
    if (device::find_core(core) == nullptr) {
        throw ConfigError("--strict: " + no_core(core));
    }
    const device::Toolchain tools = device::find_toolchain(device_limits(task));
    if (!tools.can_run()) {
        throw ConfigError("--strict: " + tools.missing);
    }
}

LinkedReport link_winner(const Platform& platform, const std::string& runtime,
                         const std::string& c_folder, const exporting::Int8Network& network,
                         const Task& task) {
    LinkedReport linked;
    linked.core = core_of(platform);
    linked.core_is_the_targets = !platform.device.core.empty();
    linked.by_rows = prices_rows(runtime);
    const device::Core* const core = device::find_core(linked.core);
    device::Limits limits = device_limits(task);
    limits.scratch = std::filesystem::path(c_folder).parent_path().string();
    const device::Toolchain tools = device::find_toolchain(limits);
    linked.missing = core == nullptr ? no_core(linked.core) : tools.missing;
    if (core == nullptr || !tools.can_link()) {
        return linked;
    }
    try {
        const device::Export source = device::find_export(c_folder);
        linked.link = device::link_report(source, *core, tools, limits);
        std::int64_t frame_stack = linked.link->stated_stack_bytes.value_or(0);
        std::int64_t rows_stack = frame_stack;
        if (tools.can_run()) {
            linked.device =
                core_report(emulate(source, *linked.link, network, *core, tools, limits), network);
            frame_stack = linked.device->device.frame.run.stack_bytes;
            rows_stack = linked.device->device.rows.run.stack_bytes;
        }
        linked.frame_stack_bytes = frame_stack;
        linked.rows_stack_bytes = rows_stack;
        linked.overruns =
            overruns(*linked.ram_bytes(linked.by_rows), *linked.flash_bytes(linked.by_rows),
                     platform.budget, linked.core);
    } catch (const ExportError& error) {
        linked.failed = error.what();
    }
    return linked;
}

std::vector<std::string> linked_failures(const LinkedReport& linked, bool strict) {
    std::vector<std::string> lines;
    if (linked.device) {
        for (const bool rows : {false, true}) {
            const std::string entry = linked.core + (rows ? ", rows entry: " : ", frame entry: ");
            const device::DeviceReport& device = linked.device->device;
            const device::Mismatch& compared = (rows ? device.rows : device.frame).compared;
            if (compared.mismatches > 0) {
                lines.push_back(entry + verdict(compared));
            }
            for (const std::string& broken : broken_promises(*linked.device, rows)) {
                lines.push_back(entry + broken);
            }
        }
    }
    if (!strict) {
        return lines;
    }
    if (!linked.failed.empty()) {
        lines.push_back("--strict: " + linked.failed);
    } else if (!linked.device) {
        lines.push_back("--strict: " + linked.missing);
    }
    for (const std::string& overrun : linked.overruns) {
        lines.push_back("--strict: " + overrun);
    }
    return lines;
}

}  // namespace nanonas::pipeline
