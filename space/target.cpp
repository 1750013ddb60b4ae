#include "space/target.hpp"

#include <cmath>

namespace nanonas::space {

Budget Target::budget() const {
    // NanoNAS (IEEE Sensors Letters 2024): about one inference per second at this count.
    constexpr double kMaccPerCoreMark = 1e4;
    Budget budget;
    budget.ram_bytes = ram_bytes;
    budget.flash_bytes = flash_bytes;
    if (coremark > 0.0) {
        budget.macc = std::llround(coremark * kMaccPerCoreMark);
    }
    return budget;
}

Device Target::device() const {
    return {core, clock_hz, active_power_mw};
}

}  // namespace nanonas::space
