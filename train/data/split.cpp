#include "train/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "space/errors.hpp"
#include "space/random.hpp"

namespace nanonas::train {

Split split_by_class(const space::ImageView& images, const std::vector<std::string>& labels,
                     double val_split, std::uint64_t seed, const std::string& name) {
    if (!(val_split > 0.0 && val_split < 1.0)) {
        throw ConfigError("val_split: " + std::to_string(val_split) +
                          " is out of range, expected more than 0 and less than 1");
    }
    std::vector<std::vector<std::int64_t>> rows(labels.size());
    for (std::int64_t row = 0; row < images.count; ++row) {
        rows[static_cast<std::size_t>(images.labels[row])].push_back(row);
    }
    Split split;
    for (std::size_t label = 0; label < rows.size(); ++label) {
        std::vector<std::int64_t>& own = rows[label];
        const auto count = static_cast<std::int64_t>(own.size());
        if (count < 2) {
            throw DataError(name + ": class " + labels[label] + " has " + std::to_string(count) +
                            (count == 1 ? " image" : " images") +
                            ", expected at least two (one to train on, one to validate with)");
        }
        Rng rng(derive_seed(seed, "split", label));
        rng.shuffle(own);
        const auto wanted =
            static_cast<std::int64_t>(std::llround(static_cast<double>(count) * val_split));
        const auto kept = std::clamp<std::int64_t>(wanted, 1, count - 1);
        split.validation.insert(split.validation.end(), own.begin(), own.begin() + kept);
        split.training.insert(split.training.end(), own.begin() + kept, own.end());
    }
    std::sort(split.training.begin(), split.training.end());
    std::sort(split.validation.begin(), split.validation.end());
    return split;
}

}  // namespace nanonas::train
