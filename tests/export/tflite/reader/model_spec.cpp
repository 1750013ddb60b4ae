#include "tests/export/tflite/reader/model_spec.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace nanonas::test {

namespace {

using flatbuffers::FlatBufferBuilder;
using tflite::ActivationFunctionType;
using tflite::BuiltinOperator;
using tflite::BuiltinOptions;
using tflite::TensorType;

template <typename Value>
std::string raw(const std::vector<Value>& values) {
    std::string bytes(values.size() * sizeof(Value), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// Values that reach both signs, the same every time.
std::string ramp(std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) {
        bytes.push_back(static_cast<char>(static_cast<int>(i * 37 % 255) - 127));
    }
    return bytes;
}

std::int32_t code(BuiltinOperator op) {
    return static_cast<std::int32_t>(op);
}

}  // namespace

TensorSpec& ModelSpec::tensor(const std::string& name) {
    const auto found = std::find_if(tensors.begin(), tensors.end(),
                                    [&](const TensorSpec& each) { return each.name == name; });
    if (found == tensors.end()) {
        throw std::logic_error("no tensor " + name);
    }
    return *found;
}

OperatorSpec& ModelSpec::op(BuiltinOperator wanted) {
    const auto found =
        std::find_if(operators.begin(), operators.end(),
                     [&](const OperatorSpec& each) { return each.code == code(wanted); });
    if (found == operators.end()) {
        throw std::logic_error("no such operator");
    }
    return *found;
}

std::string ModelSpec::bytes() const {
    FlatBufferBuilder b;
    std::vector<flatbuffers::Offset<tflite::Buffer>> buffers = {tflite::CreateBuffer(b)};
    std::vector<flatbuffers::Offset<tflite::Tensor>> all;
    for (const TensorSpec& each : tensors) {
        std::uint32_t buffer = each.buffer;
        if (buffer == 0 && !each.data.empty()) {
            buffer = static_cast<std::uint32_t>(buffers.size());
            b.ForceVectorAlignment(each.data.size(), 1, 16);
            buffers.push_back(tflite::CreateBuffer(
                b, b.CreateVector(reinterpret_cast<const std::uint8_t*>(each.data.data()),
                                  each.data.size())));
        }
        flatbuffers::Offset<tflite::QuantizationParameters> quantization = 0;
        if (!each.scales.empty()) {
            const auto scales = b.CreateVector(each.scales);
            const auto zeros = b.CreateVector(each.zeros);
            tflite::QuantizationParametersBuilder parameters(b);
            parameters.add_scale(scales);
            parameters.add_zero_point(zeros);
            parameters.add_quantized_dimension(each.quantized_dimension);
            quantization = parameters.Finish();
        }
        const auto shape = b.CreateVector(each.shape);
        const auto name = b.CreateString(each.name);
        flatbuffers::Offset<flatbuffers::Vector<std::int32_t>> signature = 0;
        if (!each.signature.empty()) {
            signature = b.CreateVector(each.signature);
        }
        tflite::TensorBuilder tensor(b);
        tensor.add_shape(shape);
        tensor.add_type(each.type);
        tensor.add_buffer(buffer);
        tensor.add_name(name);
        tensor.add_quantization(quantization);
        tensor.add_shape_signature(signature);
        tensor.add_is_variable(each.variable);
        all.push_back(tensor.Finish());
    }
    std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes;
    std::vector<flatbuffers::Offset<tflite::Operator>> ops;
    for (const OperatorSpec& each : operators) {
        const auto custom = b.CreateString(each.custom);
        tflite::OperatorCodeBuilder code_builder(b);
        code_builder.add_deprecated_builtin_code(
            static_cast<std::int8_t>(std::min(each.code, 127)));
        code_builder.add_builtin_code(static_cast<BuiltinOperator>(each.code));
        code_builder.add_custom_code(custom);
        codes.push_back(code_builder.Finish());
        const auto op_inputs = b.CreateVector(each.inputs);
        const auto op_outputs = b.CreateVector(each.outputs);
        std::pair<BuiltinOptions, flatbuffers::Offset<void>> options{BuiltinOptions::NONE, 0};
        if (each.options) {
            options = each.options(b);
        }
        tflite::OperatorBuilder op_builder(b);
        op_builder.add_opcode_index(static_cast<std::uint32_t>(codes.size() - 1));
        op_builder.add_inputs(op_inputs);
        op_builder.add_outputs(op_outputs);
        op_builder.add_builtin_options_type(options.first);
        op_builder.add_builtin_options(options.second);
        ops.push_back(op_builder.Finish());
    }
    std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs;
    for (int i = 0; i < subgraphs; ++i) {
        const auto graph_tensors = b.CreateVector(all);
        const auto graph_inputs = b.CreateVector(inputs);
        const auto graph_outputs = b.CreateVector(outputs);
        const auto graph_ops = b.CreateVector(ops);
        graphs.push_back(
            tflite::CreateSubGraph(b, graph_tensors, graph_inputs, graph_outputs, graph_ops));
    }
    const auto model = tflite::CreateModel(b, version, b.CreateVector(codes),
                                           b.CreateVector(graphs), 0, b.CreateVector(buffers));
    b.Finish(model, identifier ? tflite::ModelIdentifier() : "TFL9");
    return {reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize()};
}

TfliteOptions conv_options(std::int32_t stride, tflite::Padding padding,
                           ActivationFunctionType activation, std::int32_t dilation) {
    return [=](FlatBufferBuilder& b) {
        return std::pair(
            BuiltinOptions::Conv2DOptions,
            tflite::CreateConv2DOptions(b, padding, stride, stride, activation, dilation, dilation)
                .Union());
    };
}

TfliteOptions pool_options(std::int32_t size, std::int32_t stride, tflite::Padding padding) {
    return [=](FlatBufferBuilder& b) {
        return std::pair(
            BuiltinOptions::Pool2DOptions,
            tflite::CreatePool2DOptions(b, padding, stride, stride, size, size).Union());
    };
}

ModelSpec whole_model() {
    ModelSpec model;
    model.tensors = {
        {"image", {1, 4, 4, 3}, TensorType::INT8, {1.0F}, {-128}, "", {-1, 4, 4, 3}},
        {"factors", {3}, TensorType::INT8, {3e-5F}, {0}, ramp(3)},
        {"mul", {1, 4, 4, 3}, TensorType::INT8, {0.004F}, {-1}, ""},
        {"addends", {1, 1, 1, 3}, TensorType::INT8, {0.002F}, {5}, ramp(3)},
        {"add", {1, 4, 4, 3}, TensorType::INT8, {0.005F}, {-20}, ""},
        {"weights", {2, 3, 3, 3}, TensorType::INT8, {0.01F, 0.02F}, {0, 0}, ramp(54)},
        {"biases", {2}, TensorType::INT32, {5e-5F, 1e-4F}, {0, 0}, raw<std::int32_t>({300, -4000})},
        {"conv", {1, 4, 4, 2}, TensorType::INT8, {0.02F}, {-128}, ""},
        {"pool", {1, 2, 2, 2}, TensorType::INT8, {0.02F}, {-128}, ""},
        {"axes", {2}, TensorType::INT32, {}, {}, raw<std::int32_t>({1, 2})},
        {"mean", {1, 2}, TensorType::INT8, {0.015F}, {-128}, ""},
        {"vector", {1, 2}, TensorType::INT8, {0.015F}, {-128}, ""},
        {"dense_weights", {2, 2}, TensorType::INT8, {0.03F}, {0}, ramp(4)},
        {"dense_biases", {2}, TensorType::INT32, {4.5e-4F}, {0}, raw<std::int32_t>({1000, -7})},
        {"dense", {1, 2}, TensorType::INT8, {0.06F}, {10}, ""},
        {"softmax", {1, 2}, TensorType::INT8, {1.0F / 256.0F}, {-128}, ""},
    };
    const auto mean_options = [](FlatBufferBuilder& b) {
        return std::pair(BuiltinOptions::ReducerOptions,
                         tflite::CreateReducerOptions(b, false).Union());
    };
    const auto dense_options = [](FlatBufferBuilder& b) {
        return std::pair(BuiltinOptions::FullyConnectedOptions,
                         tflite::CreateFullyConnectedOptions(b).Union());
    };
    const auto softmax_options = [](FlatBufferBuilder& b) {
        return std::pair(BuiltinOptions::SoftmaxOptions,
                         tflite::CreateSoftmaxOptions(b, 1.0F).Union());
    };
    const auto reshape_options = [](FlatBufferBuilder& b) {
        const auto shape = b.CreateVector(std::vector<std::int32_t>{1, 2});
        return std::pair(BuiltinOptions::ReshapeOptions,
                         tflite::CreateReshapeOptions(b, shape).Union());
    };
    model.operators = {
        {code(BuiltinOperator::MUL), {0, 1}, {2}, {}, ""},
        {code(BuiltinOperator::ADD), {3, 2}, {4}, {}, ""},
        {code(BuiltinOperator::CONV_2D),
         {4, 5, 6},
         {7},
         conv_options(1, tflite::Padding::SAME, ActivationFunctionType::RELU),
         ""},
        {code(BuiltinOperator::MAX_POOL_2D),
         {7},
         {8},
         pool_options(2, 2, tflite::Padding::VALID),
         ""},
        {code(BuiltinOperator::MEAN), {8, 9}, {10}, mean_options, ""},
        {code(BuiltinOperator::RESHAPE), {10}, {11}, reshape_options, ""},
        {code(BuiltinOperator::FULLY_CONNECTED), {11, 12, 13}, {14}, dense_options, ""},
        {code(BuiltinOperator::SOFTMAX), {14}, {15}, softmax_options, ""},
    };
    model.inputs = {0};
    model.outputs = {15};
    return model;
}

ModelSpec graph_model() {
    const std::vector<float> four(4, 0.004F);
    const std::vector<std::int64_t> none(4, 0);
    ModelSpec model;
    model.tensors = {
        {"map", {1, 6, 5, 4}, TensorType::INT8, {0.02F}, {-10}, ""},
        {"paddings",
         {4, 2},
         TensorType::INT32,
         {},
         {},
         raw<std::int32_t>({0, 0, 1, 0, 0, 2, 0, 0})},
        {"pad", {1, 7, 7, 4}, TensorType::INT8, {0.02F}, {-10}, ""},
        {"weights", {4, 3, 3, 4}, TensorType::INT8, four, none, ramp(144)},
        {"biases", {4}, TensorType::INT32, four, none, raw<std::int32_t>({500, -300, 90, -7})},
        {"conv", {1, 5, 5, 4}, TensorType::INT8, {0.05F}, {3}, ""},
        {"depth_weights", {1, 3, 3, 4}, TensorType::INT8, four, none, ramp(36), {}, 3},
        {"depth_biases", {4}, TensorType::INT32, four, none, raw<std::int32_t>({5, 0, -900, 70})},
        {"depth", {1, 5, 5, 4}, TensorType::INT8, {0.03F}, {-7}, ""},
        {"add", {1, 5, 5, 4}, TensorType::INT8, {0.04F}, {-128}, ""},
        {"average", {1, 3, 5, 4}, TensorType::INT8, {0.04F}, {-128}, ""},
        {"max", {1, 2, 3, 4}, TensorType::INT8, {0.04F}, {-128}, ""},
        {"vector", {1, 24}, TensorType::INT8, {0.04F}, {-128}, ""},
        {"dense_weights", {3, 24}, TensorType::INT8, {0.01F}, {0}, ramp(72)},
        {"dense_biases", {3}, TensorType::INT32, {4e-4F}, {0}, raw<std::int32_t>({100, -7, 0})},
        {"dense", {1, 3}, TensorType::INT8, {0.2F}, {10}, ""},
    };
    const auto depthwise_options = [](FlatBufferBuilder& b) {
        return std::pair(
            BuiltinOptions::DepthwiseConv2DOptions,
            tflite::CreateDepthwiseConv2DOptions(b, tflite::Padding::SAME, 1, 1, 1).Union());
    };
    const auto add_options = [](FlatBufferBuilder& b) {
        return std::pair(BuiltinOptions::AddOptions,
                         tflite::CreateAddOptions(b, ActivationFunctionType::RELU).Union());
    };
    const auto two_by_three = [](std::int32_t stride_height, tflite::Padding padding) {
        return [=](FlatBufferBuilder& b) {
            return std::pair(
                BuiltinOptions::Pool2DOptions,
                tflite::CreatePool2DOptions(b, padding, 1, stride_height, 3, 2).Union());
        };
    };
    const auto dense_options = [](FlatBufferBuilder& b) {
        return std::pair(BuiltinOptions::FullyConnectedOptions,
                         tflite::CreateFullyConnectedOptions(b).Union());
    };
    const auto reshape_options = [](FlatBufferBuilder& b) {
        const auto shape = b.CreateVector(std::vector<std::int32_t>{1, 24});
        return std::pair(BuiltinOptions::ReshapeOptions,
                         tflite::CreateReshapeOptions(b, shape).Union());
    };
    model.operators = {
        {code(BuiltinOperator::PAD), {0, 1}, {2}, {}, ""},
        {code(BuiltinOperator::CONV_2D),
         {2, 3, 4},
         {5},
         conv_options(1, tflite::Padding::VALID, ActivationFunctionType::NONE),
         ""},
        {code(BuiltinOperator::DEPTHWISE_CONV_2D), {5, 6, 7}, {8}, depthwise_options, ""},
        {code(BuiltinOperator::ADD), {5, 8}, {9}, add_options, ""},
        {code(BuiltinOperator::AVERAGE_POOL_2D),
         {9},
         {10},
         two_by_three(2, tflite::Padding::SAME),
         ""},
        {code(BuiltinOperator::MAX_POOL_2D),
         {10},
         {11},
         two_by_three(1, tflite::Padding::VALID),
         ""},
        {code(BuiltinOperator::RESHAPE), {11}, {12}, reshape_options, ""},
        {code(BuiltinOperator::FULLY_CONNECTED), {12, 13, 14}, {15}, dense_options, ""},
    };
    model.inputs = {0};
    model.outputs = {15};
    return model;
}

}  // namespace nanonas::test
