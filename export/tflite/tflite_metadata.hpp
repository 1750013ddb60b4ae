// The TFLite Metadata convention: what the pixels and the scores of a model mean.
#pragma once

#include <string>
#include <vector>

#include "space/preprocess.hpp"
#include "space/shapes.hpp"

namespace nanonas::exporting {

/// Name of the Metadata entry whose buffer holds tflite_metadata().
inline constexpr char kMetadataName[] = "TFLITE_METADATA";
/// The file behind the model that holds the labels, one a line.
inline constexpr char kLabelsFile[] = "labels.txt";

/// Identifier M001: an image (grey or RGB) normalized by (pixel - mean) / std, and scores per
/// class. `labelled`: kLabelsFile is associated with the scores.
std::string tflite_metadata(const std::string& name, const space::Shape& input,
                            const space::Preprocess& preprocess, bool labelled);

}  // namespace nanonas::exporting
