#include "apps/pipeline/device_report.hpp"

#include <utility>

#include "export/native/native_model.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

std::string bytes(std::int64_t value) {
    return grouped(value) + " B";
}

}  // namespace

CoreReport core_report(device::DeviceReport device, const exporting::Int8Network& network) {
    const auto model = exporting::native_cost_model(network, {device.link.core, 0, 0.0}, false);
    const space::CostReport cost = model->cost(network.network);
    return {std::move(device),
            {cost.ram_bytes, cost.flash_bytes, cost.macc, cost.instructions, model->basis()},
            ""};
}

std::optional<std::int64_t> LinkedReport::ram_bytes(bool rows) const {
    const auto& stack = rows ? rows_stack_bytes : frame_stack_bytes;
    return link && stack
               ? std::optional((rows ? link->rows : link->frame).whole.ram_bytes() + *stack)
               : std::nullopt;
}

std::optional<std::int64_t> LinkedReport::flash_bytes(bool rows) const {
    return link ? std::optional((rows ? link->rows : link->frame).whole.flash_bytes())
                : std::nullopt;
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

std::string verdict(const device::Mismatch& compared) {
    const std::string images = grouped(compared.images) + " images: ";
    if (compared.mismatches == 0) {
        return images + "every byte equals the integer reference";
    }
    return images + "FAILED, " + grouped(compared.mismatches) + " differ (" + compared.first + ")";
}

std::vector<std::string> broken_promises(const CoreReport& report, bool rows) {
    std::vector<std::string> lines;
    const device::LinkReport& link = report.device.link;
    const device::EntryReport& entry = rows ? report.device.rows : report.device.frame;
    const std::int64_t linked = entry.linked.model().ram_bytes();
    const std::int64_t stated = rows ? link.stated_rows_arena_bytes : link.stated_frame_arena_bytes;
    if (linked != stated) {
        lines.push_back("static RAM of the network is " + bytes(linked) +
                        " linked, its header states " + bytes(stated));
    }
    if (link.stated_stack_bytes && entry.run.stack_bytes > *link.stated_stack_bytes) {
        lines.push_back("stack of " + bytes(entry.run.stack_bytes) +
                        " measured, the header states " + bytes(*link.stated_stack_bytes));
    }
    return lines;
}

std::int64_t ValidateReport::mismatches() const {
    std::int64_t sum = vectors.mismatches + (host ? host->mismatches() : 0);
    for (const CoreReport& core : devices) {
        sum += core.device.mismatches();
    }
    return sum;
}

std::vector<std::string> ValidateReport::failures(bool strict) const {
    std::vector<std::string> lines;
    const auto judge = [&lines](const std::string& what, const device::Mismatch& compared) {
        if (compared.mismatches > 0) {
            lines.push_back(what + ": " + verdict(compared));
        }
    };
    judge("shipped vectors", vectors);
    for (const bool rows : {false, true}) {
        const std::string name = rows ? "rows entry" : "frame entry";
        if (host) {
            judge("this computer, " + name, rows ? host->rows : host->frame);
        }
        for (const CoreReport& core : devices) {
            const std::string where = core.device.link.core + ", " + name;
            judge(where, (rows ? core.device.rows : core.device.frame).compared);
            for (const std::string& broken : broken_promises(core, rows)) {
                lines.push_back(where + ": " + broken);
            }
        }
    }
    if (!failed.empty()) {
        lines.push_back(failed);
    }
    if (strict) {
        for (const std::string& overrun : overruns) {
            lines.push_back("--strict: " + overrun);
        }
    }
    return lines;
}

}  // namespace nanonas::pipeline
