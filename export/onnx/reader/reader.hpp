// ONNX files as networks: docs/importing.md lists the operators.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// What a file holds: one of the two networks.
struct OnnxModel {
    std::optional<FloatNetwork> real;      ///< floats; to be calibrated and rounded
    std::optional<Int8Network> quantized;  ///< of a file with quantized maps
    std::vector<std::string> labels;       ///< empty when the file has none
    /// What the file reads and writes: "int8", "uint8" or "float32".
    std::string input_type, output_type;
    std::int64_t file_bytes = 0;  ///< with its external data
};

/// Whether the file's name ends in ".onnx".
bool is_onnx(const std::string& path);

/// `pixels`: what a float file reads, unless its metadata say that. Throws IoError, ExportError
/// "x.onnx: operator 3 (Conv '/conv'): dilated, expected dilation 1x1".
OnnxModel read_onnx(const std::string& path, const space::Preprocess& pixels);

/// From the bytes of a file; `name` stands for it in messages, `folder` holds its external data
/// (empty: none are read).
OnnxModel parse_onnx(const std::string& bytes, const std::string& name, const std::string& folder,
                     const space::Preprocess& pixels);

}  // namespace nanonas::exporting
