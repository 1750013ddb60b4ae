// One hash over what the searches of a fixed set of spaces, runtimes and budgets propose and price.
// A change of it means that some search now behaves differently.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "space/cost.hpp"

namespace nanonas::nas {

/// 16 hex digits; every one of `strategies` by name (those that draw look at eight candidates),
/// every one of `runtimes`, stub scores.
std::string signature(const std::vector<std::string>& strategies,
                      const std::vector<std::unique_ptr<space::CostModel>>& runtimes,
                      std::uint64_t seed = 1);

}  // namespace nanonas::nas
