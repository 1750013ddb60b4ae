// Hard bounds, and by how much a network breaks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "space/cost/cost_model.hpp"

namespace nanonas::space {

/// An absent bound does not bind.
struct Budget {
    std::optional<std::int64_t> ram_bytes;
    std::optional<std::int64_t> flash_bytes;
    std::optional<std::int64_t> macc;
};

struct Violation {
    std::string bound;  ///< "ram_bytes", "flash_bytes" or "macc"
    std::int64_t limit = 0;
    std::int64_t value = 0;

    std::int64_t excess() const { return value - limit; }
    friend bool operator==(const Violation& a, const Violation& b) {
        return a.bound == b.bound && a.limit == b.limit && a.value == b.value;
    }
};

/// Empty when every bound holds (value <= limit).
std::vector<Violation> violations(const Budget& budget, const CostReport& cost);

/// "RAM 21,504 B > 20,480 B by 1,024 B"; several joined by "; ".
std::string to_string(const std::vector<Violation>& broken);

}  // namespace nanonas::space
