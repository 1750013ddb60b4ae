// One hash over what the searches of a fixed set of spaces, runtimes and budgets propose and price.
// A change of it means that some search now behaves differently.
#pragma once

#include <cstdint>
#include <string>

namespace nanonas::nas {

/// 16 hex digits; every strategy, every runtime, stub scores. Takes well under a second.
std::string signature(std::uint64_t seed = 1);

}  // namespace nanonas::nas
