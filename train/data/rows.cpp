#include "train/data/rows.hpp"

#include <cstddef>
#include <numeric>

namespace nanonas::train {

std::vector<std::int64_t> spread(const std::vector<std::int64_t>& rows, std::int64_t count) {
    const auto available = static_cast<std::int64_t>(rows.size());
    if (count >= available) {
        return rows;
    }
    std::vector<std::int64_t> chosen;
    for (std::int64_t i = 0; i < count; ++i) {
        chosen.push_back(rows[static_cast<std::size_t>(i * available / count)]);
    }
    return chosen;
}

std::vector<std::int64_t> all_rows(std::int64_t count) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

}  // namespace nanonas::train
