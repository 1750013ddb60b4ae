#include "space/cost/latency.hpp"

#include <cmath>
#include <vector>

namespace nanonas::space {

namespace {

struct Core {
    const char* name;
    /// Instructions per unit of each term of Work.
    std::array<double, Work::kTerms> instructions;
    double cycles_per_instruction;
};

const std::vector<Core> kCores = {};

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
        const std::size_t first = stage.pool ? 0 : 4;
        const std::int64_t positions = stage.output.height * stage.output.width;
        const std::int64_t pairs = stage.output.channels / 2;
        const std::int64_t odd = stage.output.channels % 2;
        const std::int64_t words =
            StreamingPlan::kKernel * ((StreamingPlan::kKernel * stage.input.channels + 1) / 2);
        work.terms[first] += positions * pairs * words;
        work.terms[first + 1] += positions * pairs;
        work.terms[first + 2] += positions * odd * words;
        work.terms[first + 3] += positions * odd;
        work.terms[8] += stage.input.height;
    }
    work.terms[9] = plan.input.elements();
    work.terms[10] = plan.classes * plan.stages.back().output.channels;
    work.terms[11] = plan.classes;
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

}  // namespace nanonas::space
