// A candidate as an object with a key for each axis: {"k":4,"c":3}.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "space/json/strict.hpp"
#include "space/search_space.hpp"

namespace nanonas::json {

/// In the order of the axes; choices by name.
nlohmann::ordered_json candidate_json(const space::Candidate& candidate,
                                      const std::vector<space::Axis>& axes);

/// Exactly these axes. Numbers need not lie on them: what lies beyond is recorded too. Throws
/// ConfigError.
space::Candidate read_candidate(const Reader& reader, const std::vector<space::Axis>& axes);

}  // namespace nanonas::json
