// A TFLite model as plain values, and its bytes. Private to the writers: includes the schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "export/tflite/schema_generated.h"
#include "space/network.hpp"

namespace nanonas::exporting {

struct TfliteTensor {
    std::string name;
    std::vector<std::int32_t> shape;
    tflite::TensorType type = tflite::TensorType::FLOAT32;
    std::string data;           ///< of a constant, little-endian; empty: written when it runs
    std::vector<float> scales;  ///< empty: not quantized; one, or one per index of a dimension
    std::int64_t zero_point = 0;
    std::int32_t quantized_dimension = 0;  ///< that the scales are along
    /// Index of an earlier tensor whose stored scales and zero point are this one's too.
    std::optional<std::int32_t> quantized_as = {};
};

/// One node.
struct TfliteOperator {
    tflite::BuiltinOperator kind = tflite::BuiltinOperator::CONV_2D;
    std::int32_t version = 1;  ///< as TFLite's converter numbers it
    std::vector<std::int32_t> inputs, outputs;
    bool relu = false;
    bool relu6 = false;                                ///< `relu`, too
    space::Window window = {};                         ///< convolutions; strides of pools
    std::int32_t depth_multiplier = 0;                 ///< depthwise convolutions
    std::int32_t filter_height = 0, filter_width = 0;  ///< pools
    bool asymmetric_inputs = false;                    ///< hybrid dense layers
    float beta = 0.0F;                                 ///< softmax
};

struct TfliteGraph {
    std::string description;
    std::vector<TfliteTensor> tensors;
    std::vector<TfliteOperator> operators;  ///< in order
    std::int32_t input = 0, output = 0;
    /// "TFLITE_METADATA" and the like; the entry min_runtime_version is added to them.
    std::vector<std::pair<std::string, std::string>> metadata;

    /// Index of the tensor added.
    std::int32_t add(TfliteTensor tensor);
};

/// The least TensorFlow Lite release that knows all operators at their versions: "1.14.0".
std::string min_runtime_version(const TfliteGraph& graph);

/// Identifier TFL3, schema version 3; each constant 16-byte aligned, equal shapes and option tables
/// stored once. Deterministic; scales, zero points and constants change no byte count, so that the
/// size can be told before there are any (tflm/file_size.hpp).
std::string tflite_bytes(const TfliteGraph& graph);

}  // namespace nanonas::exporting
