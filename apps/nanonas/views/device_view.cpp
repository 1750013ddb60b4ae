#include "apps/nanonas/views/device_view.hpp"

#include <cmath>

#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/steps/linked.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using namespace pipeline;

namespace {

std::string decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

std::string rounded(double value) {
    return grouped(std::llround(value));
}

std::vector<std::string> section_row(const std::string& name, const device::Sections& part) {
    return {name,
            grouped(part.text),
            grouped(part.rodata),
            grouped(part.data),
            grouped(part.bss),
            grouped(part.flash_bytes()),
            grouped(part.ram_bytes())};
}

std::string sections_text(const device::DeviceReport& device) {
    std::vector<std::vector<std::string>> rows = {
        {"linked firmware, B", "text", "rodata", "data", "bss", "flash", "static RAM"}};
    for (const bool by_rows : {false, true}) {
        const device::LinkedFirmware& linked = (by_rows ? device.rows : device.frame).linked;
        rows.push_back(section_row(by_rows ? "  rows entry" : "  frame entry", linked.whole));
        rows.push_back(section_row("    of it the network", linked.model()));
        rows.push_back(section_row("    start-up and caller", linked.without));
    }
    return table(rows, "    ");
}

std::string layers_text(const std::vector<device::LayerReport>& layers) {
    std::vector<std::vector<std::string>> rows = {{"layer", "MACC", "instructions", "per MAC"}};
    for (const device::LayerReport& layer : layers) {
        const auto instructions = std::llround(layer.instructions);
        rows.push_back({"  " + layer.name, grouped(layer.macc), grouped(instructions),
                        layer.macc == 0 ? ""
                                        : decimal(static_cast<double>(instructions) /
                                                  static_cast<double>(layer.macc))});
    }
    return table(rows, "    ");
}

/// What an inference takes, by entry, beside the cost model.
std::string figures_text(const CoreReport& report) {
    const device::EntryReport& frame = report.device.frame;
    const device::EntryReport& rows = report.device.rows;
    const auto both = [&](const char* name, const auto& figure) {
        return std::vector<std::string>{name, figure(frame), figure(rows)};
    };
    std::vector<std::string> instructions =
        both("  instructions", [](const auto& entry) { return rounded(entry.run.instructions); });
    if (report.model.instructions) {
        instructions.push_back(grouped(*report.model.instructions));
    }
    std::vector<std::string> stack =
        both("  stack B", [](const auto& entry) { return grouped(entry.run.stack_bytes); });
    if (report.device.link.stated_stack_bytes) {
        stack.push_back(grouped(*report.device.link.stated_stack_bytes));
    }
    std::vector<std::string> ram = both(
        "  RAM B, whole firmware", [](const auto& entry) { return grouped(entry.ram_bytes()); });
    ram.push_back(grouped(report.model.ram_bytes));
    std::vector<std::string> flash = both("  flash B, whole firmware", [](const auto& entry) {
        return grouped(entry.flash_bytes());
    });
    flash.push_back(grouped(report.model.flash_bytes));
    return table(
        {{"per inference", "frame entry", "rows entry", "cost model"},
         instructions,
         both("  per MAC",
              [&](const auto& entry) {
                  return decimal(entry.run.instructions / static_cast<double>(report.model.macc));
              }),
         stack,
         both("  RAM B, network and its stack",
              [](const auto& entry) {
                  return grouped(entry.linked.model().ram_bytes() + entry.run.stack_bytes);
              }),
         both("  flash B, network",
              [](const auto& entry) { return grouped(entry.linked.model().flash_bytes()); }),
         ram,
         flash},
        "    ");
}

std::string core_text(const CoreReport& report) {
    const device::DeviceReport& device = report.device;
    const std::string machine = device.frame.run.machine;
    const std::string rows_machine = device.rows.run.machine;
    std::string text = "  " + device.link.core + ", emulated by QEMU's " + machine +
                       (machine == rows_machine ? "" : " (rows: " + rows_machine + ")") + "; " +
                       device.link.compiler + "\n    frame entry  " +
                       verdict(device.frame.compared) + "\n    rows entry   " +
                       verdict(device.rows.compared) + "\n\n" + figures_text(report);
    if (!report.bounds.empty()) {
        text += "    bounds on the whole firmware: " + report.bounds + "\n";
    }
    text += "\n" + sections_text(device);
    if (!device.layers.empty()) {
        text += "\n" + layers_text(device.layers);
    }
    return text;
}

std::string host_text(const device::HostReport& host) {
    if (host.compiler.empty()) {
        return "  this computer: not checked, " + host.not_done + "\n";
    }
    return "  this computer, " + host.compiler + "\n    frame entry  " + verdict(host.frame) +
           "\n    rows entry   " + verdict(host.rows) + "\n";
}

/// The linker's figures beside the cost model's.
std::string linked_table(const LinkedReport& linked, const BudgetReport& cost) {
    const bool rows = linked.by_rows;
    const device::LinkedFirmware& priced = rows ? linked.link->rows : linked.link->frame;
    const std::int64_t stack = (rows ? linked.rows_stack_bytes : linked.frame_stack_bytes).value();
    const bool native = is_native(cost.runtime);
    std::string text = table(
        {{"linked for " + linked.core, native ? "cost model" : "cost model (" + cost.runtime + ")",
          "ELF: whole firmware", "of it the network"},
         {"  RAM with stack", bytes_text(cost.ram_bytes.value),
          bytes_text(linked.ram_bytes(rows).value()),
          bytes_text(priced.model().ram_bytes() + stack)},
         {"  flash", bytes_text(cost.flash_bytes.value),
          bytes_text(linked.flash_bytes(rows).value()), bytes_text(priced.model().flash_bytes())}},
        "  ");
    const std::string note =
        "The ELF's figures are the linker's (" + linked.link->compiler +
        (linked.core_is_the_targets ? "" : "; no target names a core") + "), stack " +
        grouped(stack) + " B " + (linked.device ? "measured" : "stated in the header") + "; " +
        (rows ? "whole frames" : "rows pushed one by one") + ": RAM " +
        bytes_text(linked.ram_bytes(!rows).value()) + "." +
        (native ? ""
                : " It runs the C written here, which is not what the cost model of " +
                      cost.runtime + " prices.");
    return text + "  " + wrapped(note, 2, 96) + "\n\n";
}

}  // namespace

std::string linked_text(const LinkedReport& linked, const BudgetReport& cost) {
    if (!linked.failed.empty()) {
        return "  linked    FAILED: " + linked.failed + "\n";
    }
    if (!linked.link) {
        return "  linked    no: RAM and flash above are the cost model's (" + linked.missing +
               ")\n";
    }
    std::string text = linked_table(linked, cost);
    for (const std::string& overrun : linked.overruns) {
        text += "  over      " + overrun + "\n";
    }
    if (!linked.device) {
        return text + "  device    not emulated (" + linked.missing + ")\n";
    }
    for (const bool rows : {false, true}) {
        const device::DeviceReport& device = linked.device->device;
        const device::EntryReport& entry = rows ? device.rows : device.frame;
        text += "  device    " + linked.core + (rows ? ", rows entry, " : ", frame entry, ") +
                rounded(entry.run.instructions) + " instructions; " + verdict(entry.compared) +
                "\n";
    }
    return text;
}

std::string validate_text(const ValidateReport& report) {
    std::string text = "\n" + report.c + ": " + report.network + "\n\n  shipped vectors  " +
                       verdict(report.vectors) + "\n";
    if (report.host) {
        text += "\n" + host_text(*report.host);
    }
    for (const CoreReport& core : report.devices) {
        text += "\n" + core_text(core);
    }
    for (const std::string& overrun : report.overruns) {
        text += "\n  over the budget: " + overrun + "\n";
    }
    if (report.devices.empty() && report.failed.empty()) {
        text += "\n  No device was emulated: name one with --device or --target.\n";
    }
    return text;
}

}  // namespace nanonas::app
