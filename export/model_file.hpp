// `model.safetensors`: float weights, with network, labels, pre-processing and provenance in its
// metadata. Everything else is rebuilt from it.
#pragma once

#include <string>

#include "space/trained_network.hpp"

namespace nanonas::exporting {

/// Network, pre-processing, labels and provenance as one JSON object with these names: what stands
/// beside the weights in formats of other people.
std::string description_json(const space::TrainedNetwork& trained);

/// Throws NetworkError for weights that do not fit, IoError.
void write_model(const std::string& path, const space::TrainedNetwork& trained);

/// Throws IoError, ExportError (malformed file or metadata), NetworkError (weights do not fit).
space::TrainedNetwork read_model(const std::string& path);

}  // namespace nanonas::exporting
