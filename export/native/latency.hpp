// Time and energy of one inference, estimated from instruction counts.
//
//   latency = instructions x cycles per instruction of the core / clock
//   energy  = latency x active power of the target
//
// Estimates: flash wait states, caches and interrupts differ from board to board (docs/device.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "export/native/streaming_plan.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting {

/// What the instructions of the generated C are counted in. Positions are places of an output map,
/// behind the pool; pairs are two output channels made together, an odd last channel is made alone.
struct Work {
    static constexpr std::size_t kTerms = 14;
    /// pooled stages: pairs x positions x words of two taps; pairs x positions; the same two for
    /// odd channels; positions; plain stages: these five again; pixels; dense MACC; 1; pooled
    /// stages of one input channel, which are not in the first four: channels x positions
    std::array<std::int64_t, kTerms> terms{};
};

/// Counted from the plan alone; a predict() call with the frame given.
Work work_of(const StreamingPlan& plan);

/// Instructions of predict() on `core`; nothing for a core that was not measured, and for a plan
/// with stages of any window, which were not either.
std::optional<std::int64_t> native_instructions(const StreamingPlan& plan, const std::string& core);

/// Fills report.latency_us and energy_uj (rounded up) from report.instructions, as far as `device`
/// tells clock and power.
void add_latency(space::CostReport& report, const space::Device& device);

/// The formula with the device's numbers, "latency: instructions x 1.3 cycles / 80 MHz (estimate)";
/// empty where add_latency() fills nothing.
std::string latency_basis(const space::Device& device);

}  // namespace nanonas::exporting
