// Hard bounds, and by how much a network breaks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "space/cost.hpp"

namespace nanonas::space {

/// An absent bound does not bind.
struct Budget {
    std::optional<std::int64_t> ram_bytes;
    std::optional<std::int64_t> flash_bytes;
    std::optional<std::int64_t> macc;
    std::optional<std::int64_t> latency_us = std::nullopt;
    std::optional<std::int64_t> energy_uj = std::nullopt;

    bool binds() const { return ram_bytes || flash_bytes || macc || latency_us || energy_uj; }
};

/// A bound that a price breaks.
struct Violation {
    std::string bound;  ///< "ram_bytes", "flash_bytes", "macc", "latency_us" or "energy_uj"
    std::int64_t limit = 0;
    std::int64_t value = 0;

    std::int64_t excess() const { return value - limit; }
    friend bool operator==(const Violation& a, const Violation& b) {
        return a.bound == b.bound && a.limit == b.limit && a.value == b.value;
    }
};

/// Empty when every bound holds (value <= limit). Throws ConfigError for a bound on latency or
/// energy when the report has none.
std::vector<Violation> violations(const Budget& budget, const CostReport& cost);

/// "RAM 21,504 B > 20,480 B by 1,024 B"; several joined by "; ".
std::string to_string(const std::vector<Violation>& broken);

}  // namespace nanonas::space
