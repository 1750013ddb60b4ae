// Boards and parts: `configs/targets/*.json`, or a file of the user's own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "space/budget.hpp"

namespace nanonas::space {

/// What is known of a board: its budget and what latency and energy are estimated with.
struct Target {
    std::string name;                  ///< "stm32l412kb"
    std::vector<std::string> aliases;  ///< "nucleo-l412kb"
    std::string part;                  ///< "STM32L412KBU3"
    std::string core;                  ///< "cortex-m4"
    std::int64_t clock_hz = 0;
    std::int64_t ram_bytes = 0;
    std::int64_t flash_bytes = 0;
    double coremark = 0.0;
    double active_power_mw = 0.0;  ///< at clock_hz, running from flash; 0 when not known
    std::map<std::string, std::string> sources;  ///< figure -> where it comes from

    /// RAM and flash of the part; MACC = CoreMark x 10^4 (NanoNAS).
    Budget budget() const;
    Device device() const;
};

}  // namespace nanonas::space
