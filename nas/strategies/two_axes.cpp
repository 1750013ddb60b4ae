#include "nas/strategies/two_axes.hpp"

#include <algorithm>

#include "space/errors.hpp"

namespace nanonas::nas {

namespace {

bool all_numbers(const std::vector<space::Axis>& axes) {
    return std::all_of(axes.begin(), axes.end(),
                       [](const space::Axis& axis) { return axis.choices.empty(); });
}

}  // namespace

bool has_two_numbers(const std::vector<space::Axis>& axes) {
    return axes.size() == 2 && all_numbers(axes);
}

void require_two_axes(const std::string& strategy, const std::vector<space::Axis>& axes) {
    if (!has_two_numbers(axes)) {
        throw ConfigError("strategy \"" + strategy +
                          "\": walks a space of two numbers, a width and a depth; this one has " +
                          std::to_string(axes.size()) + (axes.size() == 1 ? " axis" : " axes") +
                          (axes.empty() ? "" : " (" + space::names_text(axes) + ")") +
                          (all_numbers(axes) ? "" : ", not all of numbers"));
    }
}

}  // namespace nanonas::nas
