#include "export/native/latency.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

#include "export/native/op/ops.hpp"
#include "space/core.hpp"

namespace nanonas::exporting {

namespace {

using space::CoreId;

struct Speed {
    CoreId id;
    /// Instructions per unit of each term of Work.
    std::array<double, Work::kTerms> instructions;
    double cycles_per_instruction;
};

// Instructions: least squares over seeded random networks under QEMU, `fit_latency`
// (tests/bench/fit_latency.cpp), arm-none-eabi-gcc 12.2.1 -O2; networks of one channel err most.
// Cycles per instruction: not measured. From Arm's instruction timings (Technical Reference
// Manuals) for the mix of these kernels, two in five of them loads, memory without wait states.
const std::vector<Speed> kSpeeds = {
    // largest error: 7.3 % of 100 networks fitted, 3.8 % of 30 others
    {CoreId::kCortexM0,
     {59.64, 409.47, -9.71, 696.64, -25.39, 36.20, 84.33, 21.90, -35.04, 56.32, 18.44, 63.42,
      1167.43, 400.78},
     1.6},
    // largest error: 7.3 % of 100 networks fitted, 3.8 % of 30 others
    {CoreId::kCortexM0Plus,
     {59.64, 409.47, -9.71, 696.64, -25.39, 36.20, 84.33, 21.90, -35.04, 56.32, 18.44, 63.42,
      1167.43, 400.78},
     1.5},
    // largest error: 8.2 % of 100 networks fitted, 8.2 % of 30 others
    {CoreId::kCortexM3,
     {48.55, 131.84, 11.89, 188.35, 7.91, 16.83, 73.89, 14.68, -16.97, 20.95, 12.12, 5.70, 4529.97,
      222.94},
     1.4},
    // largest error: 3.2 % of 100 networks fitted, 3.8 % of 30 others
    {CoreId::kCortexM4,
     {15.81, 90.35, 24.78, -117.40, 36.16, 7.43, 71.41, 8.16, 55.69, 41.92, 2.00, 8.14, 4956.07,
      73.15},
     1.3},
    // largest error: 3.2 % of 100 networks fitted, 3.8 % of 30 others
    {CoreId::kCortexM7,
     {15.81, 90.34, 24.75, -117.08, 35.93, 7.43, 71.41, 8.15, 55.68, 41.84, 2.01, 8.06, 4853.36,
      73.17},
     0.8},
    // largest error: 5.3 % of 100 networks fitted, 5.3 % of 30 others
    {CoreId::kCortexM33,
     {15.90, 84.04, 29.19, -192.43, 38.61, 7.48, 72.88, 9.46, 47.70, 37.56, 2.55, 8.05, 4767.08,
      71.32},
     1.2},
};

const Speed* speed_of(const std::string& core) {
    return space::find_row(kSpeeds, space::find_core(core));
}

std::int64_t round_up(double value) {
    return static_cast<std::int64_t>(std::ceil(value));
}

}  // namespace

Work work_of(const StreamingPlan& plan) {
    NativeBill bill{plan};
    for (const space::Node& node : plan.nodes) {
        native_op(node).charge(bill, node);
    }
    Work work = bill.work;
    work.terms[10] = plan.input.elements();
    work.terms[12] = 1;
    return work;
}

std::optional<std::int64_t> native_instructions(const StreamingPlan& plan,
                                                const std::string& core) {
    const Speed* found = speed_of(core);
    if (found == nullptr || plan.any_window()) {
        return std::nullopt;
    }
    const Work work = work_of(plan);
    double sum = 0.0;
    for (std::size_t i = 0; i < Work::kTerms; ++i) {
        sum += found->instructions[i] * static_cast<double>(work.terms[i]);
    }
    return round_up(sum);
}

void add_latency(space::CostReport& report, const space::Device& device) {
    const Speed* core = speed_of(device.core);
    if (!report.instructions || core == nullptr || device.clock_hz <= 0) {
        return;
    }
    const double cycles = static_cast<double>(*report.instructions) * core->cycles_per_instruction;
    const double seconds = cycles / static_cast<double>(device.clock_hz);
    report.latency_us = round_up(seconds * 1e6);
    if (device.active_power_mw > 0.0) {
        report.energy_uj = round_up(seconds * device.active_power_mw * 1e3);
    }
}

std::string latency_basis(const space::Device& device) {
    const Speed* core = speed_of(device.core);
    if (core == nullptr || device.clock_hz <= 0) {
        return "";
    }
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(),
                  "latency: instructions as counted under QEMU x %.1f cycles / %.6g MHz",
                  core->cycles_per_instruction, static_cast<double>(device.clock_hz) * 1e-6);
    std::string basis = text.data();
    if (device.active_power_mw > 0.0) {
        std::snprintf(text.data(), text.size(), "; energy: latency x %.4g mW",
                      device.active_power_mw);
        basis += text.data();
    }
    return basis + " (estimates, docs/device.md)";
}

}  // namespace nanonas::exporting
