#include "space/cost/latency.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

namespace nanonas::space {

namespace {

struct Core {
    const char* name;
    /// Instructions per unit of each term of Work.
    std::array<double, Work::kTerms> instructions;
    double cycles_per_instruction;
};

// Instructions: least squares over seeded random networks under QEMU, `fit_latency`
// (tests/bench/fit_latency.cpp), arm-none-eabi-gcc 12.2.1 -O2; networks of one channel err most.
// Cycles per instruction: not measured. From Arm's instruction timings (Technical Reference
// Manuals) for the mix of these kernels, two in five of them loads, memory without wait states.
const std::vector<Core> kCores = {
    // largest error: 7.3 % of 100 networks fitted, 3.8 % of 30 others
    {"cortex-m0",
     {59.67, 410.12, -9.91, 700.44, -25.02, 36.19, 84.32, 21.95, -35.99, 56.25, 18.56, 66.17,
      1788.95, 401.52},
     1.6},
    // largest error: 7.3 % of 100 networks fitted, 3.8 % of 30 others
    {"cortex-m0plus",
     {59.67, 410.12, -9.91, 700.44, -25.02, 36.19, 84.32, 21.95, -35.99, 56.25, 18.56, 66.17,
      1788.95, 401.52},
     1.5},
    // largest error: 8.2 % of 100 networks fitted, 8.2 % of 30 others
    {"cortex-m3",
     {48.57, 132.38, 11.87, 189.18, 6.96, 16.82, 73.90, 14.73, -17.54, 20.82, 12.20, 7.39, 4784.32,
      223.44},
     1.4},
    // largest error: 3.2 % of 100 networks fitted, 4.1 % of 30 others
    {"cortex-m4",
     {15.83, 90.95, 24.59, -114.22, 35.61, 7.42, 71.41, 8.19, 55.08, 41.81, 2.08, 10.33, 5282.87,
      73.67},
     1.3},
    // largest error: 3.2 % of 100 networks fitted, 4.1 % of 30 others
    {"cortex-m7",
     {15.83, 90.94, 24.61, -114.61, 35.35, 7.42, 71.42, 8.19, 55.08, 41.76, 2.09, 10.17, 5191.65,
      73.66},
     0.8},
    // largest error: 5.2 % of 100 networks fitted, 5.3 % of 30 others
    {"cortex-m33",
     {15.92, 84.52, 29.04, -189.76, 38.96, 7.48, 72.84, 9.50, 46.79, 37.37, 2.64, 10.14, 5290.37,
      71.78},
     1.2},
};

const Core* find_core(const std::string& name) {
    for (const Core& core : kCores) {
        if (name == core.name) {
            return &core;
        }
    }
    return nullptr;
}

std::int64_t round_up(double value) {
    return static_cast<std::int64_t>(std::ceil(value));
}

}  // namespace

Work work_of(const StreamingPlan& plan) {
    Work work;
    for (const StreamingStage& stage : plan.stages) {
        const std::size_t first = stage.pool ? 0 : 5;
        const std::int64_t positions = stage.output.height * stage.output.width;
        const std::int64_t pairs = stage.output.channels / 2;
        const std::int64_t odd = stage.output.channels % 2;
        const std::int64_t words =
            StreamingPlan::kKernel * StreamingStage::pair_words(stage.input.channels);
        work.terms[first + 4] += positions;
        if (stage.one_channel()) {
            work.terms[13] += positions * stage.output.channels;
            continue;
        }
        work.terms[first] += positions * pairs * words;
        work.terms[first + 1] += positions * pairs;
        work.terms[first + 2] += positions * odd * words;
        work.terms[first + 3] += positions * odd;
    }
    work.terms[10] = plan.input.elements();
    work.terms[11] = plan.classes * plan.stages.back().output.channels;
    work.terms[12] = 1;
    return work;
}

std::optional<std::int64_t> native_instructions(const StreamingPlan& plan,
                                                const std::string& core) {
    const Core* found = find_core(core);
    if (found == nullptr) {
        return std::nullopt;
    }
    const Work work = work_of(plan);
    double sum = 0.0;
    for (std::size_t i = 0; i < Work::kTerms; ++i) {
        sum += found->instructions[i] * static_cast<double>(work.terms[i]);
    }
    return round_up(sum);
}

void add_latency(CostReport& report, const Device& device) {
    const Core* core = find_core(device.core);
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

std::string latency_basis(const Device& device) {
    const Core* core = find_core(device.core);
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

}  // namespace nanonas::space
