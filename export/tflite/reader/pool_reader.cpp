#include "export/tflite/reader/layer_reader.hpp"

#include <algorithm>
#include <limits>

#include "export/float_network.hpp"
#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using tflite::TensorType;

/// Sums of this many values of up to 255 stay inside int32.
constexpr std::int64_t kMostPositions = std::numeric_limits<std::int32_t>::max() / 255;

}  // namespace

bool LayerReader::pool_relu(const OperatorView& op, const tflite::Pool2DOptions& options) const {
    const TensorView output = op.output();
    output.expect_type(TensorType::INT8);
    expect_same_params(output);
    return op.relu(options.fused_activation_function());
}

bool LayerReader::flows_from_relu() const {
    for (std::size_t i = network_.constants.size(); i-- > 0;) {
        const Int8Constants& constants = network_.constants[i];
        const space::Op& op = network_.network.nodes[i].op;
        const bool mean = std::holds_alternative<space::GlobalAveragePool>(op);
        if (std::holds_alternative<space::MaxPool2d>(op) ||
            (mean && constants.multipliers.empty())) {
            continue;
        }
        return !mean && !std::holds_alternative<space::Softmax>(op) &&
               constants.clamp_min >= params_.zero_point;
    }
    return false;
}

void LayerReader::clamp_pool(const std::string& pool) {
    if (flows_from_relu()) {
        return;  // neither the largest of a window nor its mean is below the least
    }
    Layer layer{unique(pool + ".relu"), space::Relu{}};
    layer.constants.multipliers = {fixed_multiplier(1.0)};
    layer.constants.clamp_min = static_cast<std::int8_t>(params_.zero_point);
    layer.out = params_;
    push(std::move(layer));
}

void LayerReader::read_max_pool(const OperatorView& op) {
    op.expect_inputs(1, 1);
    flowing(op);
    const auto& options = op.options<tflite::Pool2DOptions>();
    const std::int64_t size = options.filter_height();
    if (size < 1 || options.filter_width() != size || options.stride_h() != size ||
        options.stride_w() != size) {
        op.fail(std::to_string(options.filter_height()) + "x" +
                std::to_string(options.filter_width()) + " with stride " +
                std::to_string(options.stride_h()) + "x" + std::to_string(options.stride_w()) +
                ", expected a square window with the same stride");
    }
    if (size > shape_.height || size > shape_.width) {
        op.fail("a window of " + std::to_string(size) + " on a " + to_string(shape_) + " map");
    }
    if (options.padding() != tflite::Padding::VALID &&
        (shape_.height % size != 0 || shape_.width % size != 0)) {
        op.fail("padding SAME on a " + to_string(shape_) + " map, expected VALID");
    }
    const bool relu = pool_relu(op, options);
    if (relu && !network_.constants.empty()) {
        // The largest of what is clamped is the largest, clamped: the C has that kernel.
        space::Node& before = network_.network.nodes.back();
        space::Activation* const activation = space::activation_of(before.op);
        if (is_linear(before.op) && *activation == space::Activation::kNone) {
            *activation = space::Activation::kRelu;
            network_.constants.back().clamp_min = static_cast<std::int8_t>(params_.zero_point);
            before.end = unique(before.name + ".relu");
        }
    }
    Layer layer{{}, space::MaxPool2d{size}};
    layer.out = params_;
    advance(op, {shape_.height / size, shape_.width / size, shape_.channels});
    const std::string name = layer.name = name_of(op, "pool");
    push(std::move(layer));
    if (relu) {
        clamp_pool(name);
    }
}

void LayerReader::read_average_pool(const OperatorView& op) {
    op.expect_inputs(1, 1);
    flowing(op);
    const auto& options = op.options<tflite::Pool2DOptions>();
    if (options.filter_height() != shape_.height || options.filter_width() != shape_.width) {
        op.fail(std::to_string(options.filter_height()) + "x" +
                std::to_string(options.filter_width()) + " on a " + to_string(shape_) +
                " map, expected the whole map");
    }
    const bool one_window =
        options.padding() == tflite::Padding::VALID ||
        (options.stride_h() >= shape_.height && options.stride_w() >= shape_.width);
    if (!one_window || options.stride_h() < 1 || options.stride_w() < 1) {
        op.fail("padding SAME, expected VALID");
    }
    const bool relu = pool_relu(op, options);
    Layer layer{{}, space::GlobalAveragePool{}};
    layer.out = params_;
    advance(op, {1, 1, shape_.channels});
    const std::string name = layer.name = name_of(op, "average");
    push(std::move(layer));
    if (relu) {
        clamp_pool(name);
    }
}

void LayerReader::read_mean(const OperatorView& op) {
    op.expect_inputs(2, 2);
    flowing(op);
    std::vector<std::int32_t> axes = op.input(1, "axes").int32_values();
    for (std::int32_t& axis : axes) {
        axis += axis < 0 ? 4 : 0;
    }
    std::sort(axes.begin(), axes.end());
    if (op.input(0, "input").shape().size() != 4 || axes != std::vector<std::int32_t>{1, 2}) {
        op.fail("expected the mean of a map over its height and width (axes 1 and 2)");
    }
    const std::int64_t count = shape_.height * shape_.width;
    if (count > kMostPositions) {
        op.fail("sums " + std::to_string(count) + " positions, which could overflow int32");
    }
    Layer layer{{}, space::GlobalAveragePool{}};
    op.output().expect_type(TensorType::INT8);
    layer.out = op.output().params();
    FixedMultiplier scaled =
        multiplier(op, static_cast<double>(params_.scale) / static_cast<double>(layer.out.scale));
    // 1 / count goes into the multiplier, scaled up first so that no bit of it is lost.
    int up = 63;
    while ((count >> up) == 0) {
        --up;
    }
    up = std::min({up, 32, 31 + scaled.shift});
    if (up < 0) {
        scaled = {0, 0};
    } else {
        scaled.m0 = static_cast<std::int32_t>((std::int64_t{scaled.m0} << up) / count);
        scaled.shift -= up;
    }
    layer.constants.multipliers = {scaled};
    advance(op, {1, 1, shape_.channels});
    layer.name = name_of(op, "average");
    push(std::move(layer));
}

}  // namespace nanonas::exporting
