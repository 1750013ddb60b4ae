// What a model says of images, without labels.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "space/task.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::pipeline {

/// The int8 network's answers.
struct Predictions {
    std::vector<std::string> labels;    ///< names of the classes
    std::vector<std::int64_t> classes;  ///< [image]: the one of the highest score
    std::vector<float> probabilities;   ///< [image][class]: softmax of the dequantized scores
};

/// `model`: as --model takes it. Images of another height or width than the network reads are
/// resized; their labels are not looked at. Throws DataError for another number of channels,
/// ExportError, IoError.
Predictions predict(const std::string& model, std::shared_ptr<const train::ImageStore> images,
                    const Task& task);

}  // namespace nanonas::pipeline
