// Data sets of images that are in memory already.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "space/shapes.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::train {

/// Images of one shape with their classes; whatever they are to be resized to, they are already.
struct LabelledImages {
    space::Shape shape;                ///< channels 1 (grey) or 3 (RGB)
    std::vector<std::uint8_t> pixels;  ///< [count][height][width][channels], raw 0..255
    std::vector<std::int32_t> labels;  ///< [count], rows of `classes`
    std::vector<std::string> classes;  ///< names, at least two
    std::string name = "images";       ///< of the set, for messages and descriptions
};

/// Images that `store` holds, by name of their classes; read once for the fingerprint, the same as
/// the same images have that are read from files. Throws DataError naming the set for a shape,
/// labels or names that are none or do not fit each other.
LoadedSet stored_set(std::shared_ptr<const ImageStore> store, std::vector<std::string> classes,
                     const std::string& name);

/// Split as load_training() splits: each class keeps round(count * val_split) images, at least one,
/// for validation; `seed` decides which. Throws DataError as stored_set() does, for pixels that are
/// not as many as the labels say, and for a class of fewer than two images, ConfigError unless
/// 0 < val_split < 1.
TrainingSet training_set(LabelledImages images, double val_split, std::uint64_t seed);

/// The same of a set that is there already; `name` is for messages.
TrainingSet training_set(LoadedSet set, double val_split, std::uint64_t seed,
                         const std::string& name);

/// Throws DataError as training_set() does; a class may have any number of images.
TestSet test_set(LabelledImages images);

/// Holds what it is given, which is not checked.
std::shared_ptr<const ImageStore> memory_store(const space::Shape& shape,
                                               std::vector<std::uint8_t> pixels,
                                               std::vector<std::int32_t> labels);

}  // namespace nanonas::train
