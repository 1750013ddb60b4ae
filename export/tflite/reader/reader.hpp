// Full-integer int8 TFLite files as the int8 network: docs/importing.md lists the operators.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "export/tflite/tflm/graph.hpp"

namespace nanonas::exporting {

/// An int8 network that came without its float one.
struct ImportedModel {
    /// `source` holds the layers as space/network.hpp describes them: a multiplication and addition
    /// of constants is a BatchNorm. `labels` are empty when the file has none.
    Int8Network network;
    /// What the file reads and writes: "int8", "uint8" or "float32". The network reads uint8
    /// pixels and writes int8 whatever these are: uint8 is int8 + 128.
    std::string input_type, output_type;
    std::int64_t file_bytes = 0;
    /// The operators and bytes of the .tflite for TensorFlow Lite Micro: the file's own or, of
    /// another kind of file, those of the .tflite that it is written as. Without them
    /// `tflm_obstacle` says why.
    std::optional<tflm::Graph> tflm_graph;
    std::int64_t tflm_bytes = 0;
    std::string tflm_obstacle;
    /// What was rounded, where the file holds floats.
    std::optional<FloatNetwork> real;
};

/// Whether the file calls itself a TFLite model: it ends in ".tflite" or carries the identifier.
bool is_tflite(const std::string& path);

/// Throws IoError, ExportError "x.tflite: operator 3 (CONV_2D): stride 2x2, expected 1x1".
ImportedModel read_tflite(const std::string& path);

/// From the bytes of a file; `name` stands for it in messages.
ImportedModel parse_tflite(const std::string& bytes, const std::string& name);

}  // namespace nanonas::exporting
