// Rows of an image set, chosen.
#pragma once

#include <cstdint>
#include <vector>

namespace nanonas::train {

/// At most `count` of `rows`, evenly spaced, so that sorted classes all appear.
std::vector<std::int64_t> spread(const std::vector<std::int64_t>& rows, std::int64_t count);

/// 0, 1, ..., count - 1.
std::vector<std::int64_t> all_rows(std::int64_t count);

}  // namespace nanonas::train
