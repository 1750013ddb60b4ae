// The seeded, stratified split of a training set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/images.hpp"

namespace nanonas::train {

/// Which rows teach and which judge.
struct Split {
    std::vector<std::int64_t> training;    ///< rows, ascending
    std::vector<std::int64_t> validation;  ///< rows, ascending
};

/// Each class keeps round(count * val_split) images, at least one and not all, for validation;
/// derive_seed(seed, "split", class) decides which. Throws ConfigError unless 0 < val_split < 1,
/// DataError ("<name>: class cat has 1 image ...") for a class of fewer than two.
Split split_by_class(const space::ImageView& images, const std::vector<std::string>& labels,
                     double val_split, std::uint64_t seed, const std::string& name);

}  // namespace nanonas::train
