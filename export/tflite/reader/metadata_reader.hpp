// What a TFLite file says about itself in the TFLite Metadata convention.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "export/tflite/reader/view.hpp"
#include "space/preprocess.hpp"

namespace nanonas::exporting {

struct TfliteMetadata {
    /// Of pixels; absent when the file does not say.
    std::optional<space::Preprocess> normalization;
    std::vector<std::string> labels;  ///< empty when the file has none
    std::string description;          ///< of the model; empty when the file has none
};

/// `bytes` of the file that `graph` was made from. A file without metadata has none of the above.
/// Throws ExportError for damaged metadata, a normalization that differs between channels or whose
/// mean is no whole number in [0, 255], and a label file that is named but not there.
TfliteMetadata read_metadata(const TfliteView& graph, const std::string& bytes);

}  // namespace nanonas::exporting
