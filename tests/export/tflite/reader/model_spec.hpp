// A TFLite file from a plain description, so that a test can break one thing of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "export/tflite/schema_generated.h"

namespace nanonas::test {

using TfliteOptions = std::function<std::pair<tflite::BuiltinOptions, flatbuffers::Offset<void>>(
    flatbuffers::FlatBufferBuilder&)>;

struct TensorSpec {
    std::string name;
    std::vector<std::int32_t> shape;
    tflite::TensorType type = tflite::TensorType::INT8;
    std::vector<float> scales = {0.05F};
    std::vector<std::int64_t> zeros = {0};
    std::string data;  ///< empty: computed
    std::vector<std::int32_t> signature = {};
    std::int32_t quantized_dimension = 0;
    std::uint32_t buffer = 0;  ///< 0: its own, or none without data
    bool variable = false;
};

struct OperatorSpec {
    std::int32_t code = 0;
    std::vector<std::int32_t> inputs, outputs;
    TfliteOptions options;
    std::string custom;
};

struct ModelSpec {
    std::uint32_t version = 3;
    std::vector<TensorSpec> tensors;
    std::vector<OperatorSpec> operators;
    std::vector<std::int32_t> inputs, outputs;
    int subgraphs = 1;
    bool identifier = true;

    TensorSpec& tensor(const std::string& name);
    OperatorSpec& op(tflite::BuiltinOperator code);
    std::string bytes() const;
};

TfliteOptions conv_options(std::int32_t stride, tflite::Padding padding,
                           tflite::ActivationFunctionType activation, std::int32_t dilation = 1);
TfliteOptions pool_options(std::int32_t size, std::int32_t stride, tflite::Padding padding);

/// int8 4x4x3 image -> MUL -> ADD -> CONV_2D 3x3 with ReLU -> MAX_POOL_2D -> MEAN -> RESHAPE ->
/// FULLY_CONNECTED -> SOFTMAX, 2 classes. The tensors have these names in lower case: "image",
/// "factors", "mul", "addends", "add", "weights", "biases", "conv", "pool", "axes", "mean",
/// "vector", "dense_weights", "dense_biases", "dense", "softmax".
ModelSpec whole_model();

/// int8 6x5x4 map -> PAD -> CONV_2D 3x3 VALID -> DEPTHWISE_CONV_2D 3x3 -> ADD of the last two with
/// ReLU -> AVERAGE_POOL_2D 2x3 SAME -> MAX_POOL_2D 2x3 -> RESHAPE -> FULLY_CONNECTED, 3 classes.
/// The tensors have these names: "map", "paddings", "pad", "weights", "biases", "conv",
/// "depth_weights", "depth_biases", "depth", "add", "average", "max", "vector", "dense_weights",
/// "dense_biases", "dense".
ModelSpec graph_model();

}  // namespace nanonas::test
