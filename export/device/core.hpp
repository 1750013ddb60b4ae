// The cores of space/core.hpp that an export is built for, and the emulated boards they run on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nanonas::device {

/// A board of qemu-system-arm with the memory its core starts in.
struct Machine {
    std::string name;  ///< "mps2-an386"
    std::uint32_t flash_origin = 0, flash_bytes = 0;
    std::uint32_t ram_origin = 0, ram_bytes = 0;
    /// Virtual time from one SysTick count to the next; 1,000 ps are one instruction under
    /// `-icount shift=0`.
    std::int64_t tick_ps = 0;
};

/// A core that QEMU emulates, and how code is compiled for it.
struct Core {
    std::string name;                ///< "cortex-m4"
    std::vector<Machine> machines;   ///< the first one that holds the program is taken
    std::vector<std::string> flags;  ///< of the compiler
};

const std::vector<Core>& cores();

/// nullptr for a name that is not in the table.
const Core* find_core(const std::string& name);

/// Throws ConfigError naming the known cores.
const Core& core_named(const std::string& name);

std::vector<std::string> core_names();

}  // namespace nanonas::device
