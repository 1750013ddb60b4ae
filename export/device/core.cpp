#include "export/device/core.hpp"

#include "space/choice.hpp"
#include "space/core.hpp"

namespace nanonas::device {

namespace {

constexpr std::uint32_t kKiB = 1024;
constexpr std::uint32_t kMiB = 1024 * kKiB;

// Memory and clocks as QEMU 7.2 has them (hw/arm/nrf51_soc.c, mps2.c, mps2-tz.c): SysTick counts
// at 16, 25 and 20 MHz. The an505 starts in the secure world, whose memory has bit 28 set.
const Machine kMicrobit{"microbit", 0, 256 * kKiB, 0x20000000, 16 * kKiB, 62'500};
const Machine kAn385{"mps2-an385", 0, 4 * kMiB, 0x20000000, 4 * kMiB, 40'000};
const Machine kAn386{"mps2-an386", 0, 4 * kMiB, 0x20000000, 4 * kMiB, 40'000};
const Machine kAn500{"mps2-an500", 0, 4 * kMiB, 0x20000000, 4 * kMiB, 40'000};
const Machine kAn505{"mps2-an505", 0x10000000, 4 * kMiB, 0x38000000, 2 * kMiB, 50'000};

Core core(space::CoreId id, std::vector<Machine> machines) {
    const std::string name = space::core_of(id).name;
    return {name, std::move(machines), {"-mcpu=" + name, "-mthumb"}};
}

}  // namespace

const std::vector<Core>& cores() {
    using space::CoreId;
    // Armv6-M code runs on the Cortex-M3 board instruction by instruction as on a Cortex-M0: where
    // the micro:bit's 16 KiB are not enough.
    static const std::vector<Core> table = {
        core(CoreId::kCortexM0, {kMicrobit, kAn385}),
        core(CoreId::kCortexM0Plus, {kMicrobit, kAn385}),
        core(CoreId::kCortexM3, {kAn385}),
        core(CoreId::kCortexM4, {kAn386}),
        core(CoreId::kCortexM7, {kAn500}),
        core(CoreId::kCortexM33, {kAn505}),
    };
    return table;
}

std::vector<std::string> core_names() {
    return names_of(cores());
}

const Core* find_core(const std::string& name) {
    return find_named(cores(), name);
}

const Core& core_named(const std::string& name) {
    return choose(cores(), name, "core '" + name + "': unknown; expected one of ");
}

}  // namespace nanonas::device
