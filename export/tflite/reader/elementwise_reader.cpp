#include "export/tflite/reader/layer_reader.hpp"

#include <algorithm>
#include <cmath>

#include "export/int8/elementwise.hpp"

namespace nanonas::exporting {

namespace {

using tflite::TensorType;

/// Whether the options, which may be left out, fuse a ReLU.
template <typename Options>
bool has_relu(const Options* options, const OperatorView& op) {
    return options != nullptr && op.relu(options->fused_activation_function());
}

}  // namespace

std::pair<std::size_t, std::size_t> LayerReader::sides(const OperatorView& op) const {
    op.expect_inputs(2, 2);
    const std::size_t map = op.input(0, "input").index() == tensor_ ? 0 : 1;
    flowing(op, map);
    return {map, 1 - map};
}

std::vector<std::int8_t> LayerReader::channel_constants(const TensorView& tensor) const {
    if (!tensor.constant()) {
        tensor.fail("computed, expected constants (only chains are read)");
    }
    std::vector<std::int8_t> values = tensor.int8_values();
    const auto& shape = tensor.shape();
    const bool per_channel = !shape.empty() && shape.back() == shape_.channels;
    if (values.size() == 1) {
        values.assign(static_cast<std::size_t>(shape_.channels), values.front());
    } else if (!per_channel || tensor.elements() != shape_.channels) {
        tensor.fail(std::to_string(values.size()) + " values, expected one or one for each of " +
                    std::to_string(shape_.channels) + " channels");
    }
    return values;
}

void LayerReader::read_mul(const OperatorView& op) {
    const auto [map, constants] = sides(op);
    static_cast<void>(map);
    const TensorView factors = op.input(constants, "factors");
    Layer layer{{}, space::ChannelMul{}};
    layer.constants.weights = channel_constants(factors);
    layer.constants.params = factors.params();
    op.output().expect_type(TensorType::INT8);
    layer.out = op.output().params();
    layer.constants.multipliers = {multiplier(
        op, static_cast<double>(params_.scale * factors.params().scale / layer.out.scale))};
    const bool relu = has_relu(op.optional_options<tflite::MulOptions>(), op);
    advance(op, shape_);
    layer.name = name_of(op, "mul");
    if (relu) {
        fuse_relu(layer);
    }
    push(std::move(layer));
}

void LayerReader::read_add(const OperatorView& op) {
    const auto [map, constants] = sides(op);
    static_cast<void>(map);
    const TensorView addends = op.input(constants, "addends");
    Layer layer{{}, space::ChannelAdd{}};
    layer.constants.weights = channel_constants(addends);
    layer.constants.params = addends.params();
    op.output().expect_type(TensorType::INT8);
    layer.out = op.output().params();
    const double in = static_cast<double>(params_.scale);
    const double addend = static_cast<double>(addends.params().scale);
    const double common = 2.0 * std::max(in, addend);
    layer.constants.multipliers = {
        multiplier(op, in / common), multiplier(op, addend / common),
        multiplier(op, common / (0x1p20 * static_cast<double>(layer.out.scale)))};
    const bool relu = has_relu(op.optional_options<tflite::AddOptions>(), op);
    advance(op, shape_);
    layer.name = name_of(op, "add");
    if (relu) {
        fuse_relu(layer);
    }
    push(std::move(layer));
}

void LayerReader::read_relu(const OperatorView& op) {
    op.expect_inputs(1, 1);
    flowing(op);
    Layer layer{{}, space::Relu{}};
    op.output().expect_type(TensorType::INT8);
    layer.out = op.output().params();
    // A quotient of floats, other than QUANTIZE's.
    layer.constants.multipliers = {
        multiplier(op, static_cast<double>(params_.scale / layer.out.scale))};
    layer.constants.clamp_min = static_cast<std::int8_t>(layer.out.zero_point);
    advance(op, shape_);
    layer.name = name_of(op, "relu");
    push(std::move(layer));
}

void LayerReader::read_softmax(const OperatorView& op) {
    op.expect_inputs(1, 1);
    flowing(op);
    if (shape_.height != 1 || shape_.width != 1) {
        op.fail("reads a " + to_string(shape_) + " map, expected 1x1");
    }
    Layer layer{{}, space::Softmax{}};
    const float beta = op.options<tflite::SoftmaxOptions>().beta();
    const float step = beta * params_.scale;
    if (!std::isnormal(step) || step < 0.0F) {
        op.fail("beta " + std::to_string(beta) + ", expected a positive number");
    }
    if (step <= 0x1p-26F) {
        op.fail("a scale of " + std::to_string(params_.scale) +
                ", expected more than 2^-26 for a softmax in integers");
    }
    if (shape_.channels > kMostSoftmaxChannels) {
        op.fail("a softmax over " + std::to_string(shape_.channels) + " values, expected " +
                std::to_string(kMostSoftmaxChannels) + " at most");
    }
    const TensorView output = op.output();
    output.expect_type(TensorType::INT8);
    layer.out = output.params();
    if (!(layer.out == QuantParams{1.0F / 256.0F, -128})) {
        output.fail("scale " + std::to_string(layer.out.scale) + " and zero point " +
                    std::to_string(layer.out.zero_point) + ", expected 1/256 and -128");
    }
    advance(op, shape_);
    layer.constants.multipliers = {softmax_multiplier(beta, params_.scale)};
    layer.name = name_of(op, "softmax");
    push(std::move(layer));
}

}  // namespace nanonas::exporting
