#include "space/budget.hpp"

#include <string_view>

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::space {

namespace {

struct BoundName {
    const char* bound;
    const char* name;
    const char* unit;
};

constexpr BoundName kNames[] = {
    {"ram_bytes", "RAM", " B"},       {"flash_bytes", "flash", " B"}, {"macc", "MACC", ""},
    {"latency_us", "latency", " ms"}, {"energy_uj", "energy", " uJ"},
};

/// Microseconds as the milliseconds they are bounded in; else number and unit.
std::string amount(std::int64_t number, const BoundName& row) {
    return std::string_view(row.bound) == "latency_us" ? milliseconds_text(number)
                                                       : grouped(number) + row.unit;
}

/// The row of `bound`; one made of the bound itself for a name a newer program wrote.
BoundName name_of(const std::string& bound) {
    for (const BoundName& row : kNames) {
        if (bound == row.bound) {
            return row;
        }
    }
    return {bound.c_str(), bound.c_str(), ""};
}

}  // namespace

std::vector<Violation> violations(const Budget& budget, const CostReport& cost) {
    std::vector<Violation> broken;
    const auto check = [&](const char* bound, const std::optional<std::int64_t>& limit,
                           const std::optional<std::int64_t>& value) {
        if (!limit) {
            return;
        }
        if (!value) {
            throw ConfigError(std::string(name_of(bound).name) + " is bounded, but runtime " +
                              cost.runtime + " has no estimate of it on this target");
        }
        if (*value > *limit) {
            broken.push_back({bound, *limit, *value});
        }
    };
    check("ram_bytes", budget.ram_bytes, cost.ram_bytes);
    check("flash_bytes", budget.flash_bytes, cost.flash_bytes);
    check("macc", budget.macc, cost.macc);
    check("latency_us", budget.latency_us, cost.latency_us);
    check("energy_uj", budget.energy_uj, cost.energy_uj);
    return broken;
}

std::string to_string(const std::vector<Violation>& broken) {
    std::string text;
    for (const Violation& violation : broken) {
        const BoundName row = name_of(violation.bound);
        text += text.empty() ? "" : "; ";
        text += row.name;
        text += " " + amount(violation.value, row) + " > " + amount(violation.limit, row) + " by " +
                amount(violation.excess(), row);
    }
    return text;
}

}  // namespace nanonas::space
