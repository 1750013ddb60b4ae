#include "space/budget.hpp"

#include "space/text.hpp"

namespace nanonas::space {

std::vector<Violation> violations(const Budget& budget, const CostReport& cost) {
    std::vector<Violation> broken;
    const auto check = [&](const char* bound, const std::optional<std::int64_t>& limit,
                           std::int64_t value) {
        if (limit && value > *limit) {
            broken.push_back({bound, *limit, value});
        }
    };
    check("ram_bytes", budget.ram_bytes, cost.ram_bytes);
    check("flash_bytes", budget.flash_bytes, cost.flash_bytes);
    check("macc", budget.macc, cost.macc);
    return broken;
}

std::string to_string(const std::vector<Violation>& broken) {
    std::string text;
    for (const Violation& violation : broken) {
        const bool counts = violation.bound == "macc";
        const char* name = counts ? "MACC" : violation.bound == "ram_bytes" ? "RAM" : "flash";
        const char* unit = counts ? "" : " B";
        text += text.empty() ? "" : "; ";
        text += name;
        text += " " + grouped(violation.value) + unit + " > " + grouped(violation.limit) + unit +
                " by " + grouped(violation.excess()) + unit;
    }
    return text;
}

}  // namespace nanonas::space
