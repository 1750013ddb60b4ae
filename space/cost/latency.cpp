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
    // largest error: 4.5 % of 60 networks fitted, 9.3 % of 20 others
    {"cortex-m0",
     {60.13, 412.75, 25.79, 135.90, 55.34, 36.02, 81.54, 27.50, -95.02, 88.81, 2.61, 22.30,
      16102.12},
     1.6},
    // largest error: 4.5 % of 60 networks fitted, 9.3 % of 20 others
    {"cortex-m0plus",
     {60.13, 412.75, 25.79, 135.90, 55.34, 36.02, 81.54, 27.50, -95.02, 88.81, 2.61, 22.30,
      16102.12},
     1.5},
    // largest error: 8.3 % of 60 networks fitted, 9.8 % of 20 others
    {"cortex-m3",
     {48.68, 141.39, 17.26, 76.42, 42.57, 16.59, 72.17, 20.47, -58.81, 35.07, 5.03, -9.94,
      11116.54},
     1.4},
    // largest error: 3.5 % of 60 networks fitted, 6.8 % of 20 others
    {"cortex-m4",
     {15.66, 104.89, 7.12, 140.52, 19.58, 7.30, 71.23, 8.49, 52.33, 45.22, 2.41, 10.28, 4988.19},
     1.3},
    // largest error: 3.5 % of 60 networks fitted, 6.8 % of 20 others
    {"cortex-m7",
     {15.66, 104.99, 7.09, 141.01, 18.82, 7.30, 71.23, 8.49, 52.30, 45.14, 2.45, 10.10, 4927.39},
     0.8},
    // largest error: 5.7 % of 60 networks fitted, 8.0 % of 20 others
    {"cortex-m33",
     {15.69, 104.30, 6.15, 149.28, 15.77, 7.30, 72.42, 10.22, 41.19, 41.94, 2.70, 6.69, 5916.97},
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
        work.terms[first] += positions * pairs * words;
        work.terms[first + 1] += positions * pairs;
        work.terms[first + 2] += positions * odd * words;
        work.terms[first + 3] += positions * odd;
        work.terms[first + 4] += positions;
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
