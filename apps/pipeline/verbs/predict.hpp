// What a model says of images, without labels.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
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

/// A file and what the model says of it.
struct PredictedFile {
    std::string file;
    std::string problem;   ///< why it is no picture; empty: it is one
    int orientation = 1;   ///< by which it was turned (train/data/image_orientation.hpp)
    std::int64_t top = 0;  ///< the class of the highest score
    std::vector<float> probabilities;  ///< [class]; empty when there is a problem
};

/// Pictures of files, and the network that was asked.
struct FilePredictions {
    std::string model;  ///< file
    std::string form;   ///< as form_names()
    std::vector<std::string> labels;
    std::vector<PredictedFile> files;  ///< in the order of the names, folders by path
};

/// `files`: pictures, and folders of pictures at any depth, whose names are not looked at. The
/// model is config.output.model, config.predict.form says which of its forms answers. Throws
/// ConfigError for a name that is neither and for a folder without pictures, ExportError, IoError.
FilePredictions predict_files(const Config& config, const std::vector<std::string>& files,
                              const Task& task);

}  // namespace nanonas::pipeline
