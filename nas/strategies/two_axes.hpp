// What the walks over a width and a depth ask of a space.
#pragma once

#include <string>
#include <vector>

#include "space/search_space.hpp"

namespace nanonas::nas {

/// Throws ConfigError naming `strategy` unless there are two axes of numbers.
void require_two_axes(const std::string& strategy, const std::vector<space::Axis>& axes);

}  // namespace nanonas::nas
