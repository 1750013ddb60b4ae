#include "export/tflite/op/pool.hpp"

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

/// Nothing that flows is below zero.
bool flows_from_relu(const LayerReader& reader) {
    space::Value value = reader.flow().value;
    while (value > 0) {
        const space::Node& node = reader.network().network.nodes[value - 1];
        const Int8Constants& constants = reader.network().constants[value - 1];
        const space::Op& op = node.op;
        const bool mean = std::holds_alternative<space::GlobalAveragePool>(op);
        const bool keeps = std::holds_alternative<space::MaxPool2d>(op) ||
                           std::holds_alternative<space::AveragePool2d>(op) ||
                           std::holds_alternative<space::Pad>(op) ||
                           std::holds_alternative<space::Reshape>(op);
        if (!keeps && !(mean && constants.multipliers.empty())) {
            return !mean && !std::holds_alternative<space::Softmax>(op) &&
                   constants.clamp_min >= reader.params().zero_point;
        }
        value = node.inputs.front();
    }
    return false;
}

}  // namespace

bool read_pool_relu(const LayerReader& reader, const OperatorView& op,
                    const tflite::Pool2DOptions& options) {
    const TensorView output = op.output();
    output.expect_type(tflite::TensorType::INT8);
    reader.expect_same_params(output);
    if (op.ceiling(options.fused_activation_function()) < 127) {
        op.fail(
            "fuses RELU6 below the largest value of its output, expected RELU or no activation");
    }
    return op.relu(options.fused_activation_function());
}

space::Window read_pool_window(const LayerReader& reader, const OperatorView& op,
                               const tflite::Pool2DOptions& options) {
    constexpr std::int64_t kMost = space::kLargestKernel;
    space::Window window{options.filter_height(), options.filter_width(), options.stride_h(),
                         options.stride_w(), space::Padding::kValid};
    for (const std::int64_t side :
         {window.height, window.width, window.stride_height, window.stride_width}) {
        if (side < 1 || side > kMost) {
            op.fail("a window of " + to_string(window) + "; expected sides and strides of 1 to " +
                    std::to_string(kMost));
        }
    }
    if (options.padding() == tflite::Padding::SAME) {
        space::Window padded = window;
        padded.padding = space::Padding::kSame;
        const space::Shape& map = reader.shape();
        const bool pads =
            padded.top(map) + padded.bottom(map) + padded.left(map) + padded.right(map) > 0;
        window = pads ? padded : window;  // without any it is VALID
    }
    return window;
}

void clamp_pool(LayerReader& reader, const std::string& pool) {
    if (flows_from_relu(reader)) {
        return;  // neither the largest of a window nor its mean is below the least
    }
    LayerReader::Layer layer{reader.unique(pool + ".relu"), space::Relu{}};
    layer.constants.multipliers = {fixed_multiplier(1.0)};
    layer.constants.clamp_min = static_cast<std::int8_t>(reader.params().zero_point);
    layer.out = reader.params();
    reader.push(std::move(layer));
}

}  // namespace nanonas::exporting
