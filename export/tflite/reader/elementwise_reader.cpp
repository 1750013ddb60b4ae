#include "export/tflite/reader/layer_reader.hpp"

#include <algorithm>
#include <cmath>

namespace nanonas::exporting {

namespace {

using tflite::TensorType;

/// Whether the options, which may be left out, fuse a ReLU: then the layer's clamp is set.
template <typename Options, typename Layer>
bool clamp_relu(const Options* options, const OperatorView& op, Layer& layer) {
    const bool relu = options != nullptr && op.relu(options->fused_activation_function());
    if (relu) {
        layer.clamp_min = static_cast<std::int8_t>(layer.out.zero_point);
    }
    return relu;
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
    QuantizedMul layer;
    layer.input = layer.output = shape_;
    layer.factors = channel_constants(factors);
    layer.in = params_;
    layer.factor = factors.params();
    op.output().expect_type(TensorType::INT8);
    layer.out = op.output().params();
    layer.multiplier =
        multiplier(op, static_cast<double>(layer.in.scale * layer.factor.scale / layer.out.scale));
    const bool relu = clamp_relu(op.optional_options<tflite::MulOptions>(), op, layer);
    advance(op, shape_);
    layer.name = name_of(op, "mul");
    params_ = layer.out;
    add_source(layer.name, space::BatchNorm{}, relu);
    push(std::move(layer), shape_.elements());
}

void LayerReader::read_add(const OperatorView& op) {
    const auto [map, constants] = sides(op);
    static_cast<void>(map);
    const TensorView addends = op.input(constants, "addends");
    QuantizedAdd layer;
    layer.input = layer.output = shape_;
    layer.addends = channel_constants(addends);
    layer.in = params_;
    layer.addend = addends.params();
    op.output().expect_type(TensorType::INT8);
    layer.out = op.output().params();
    const double in = static_cast<double>(layer.in.scale);
    const double addend = static_cast<double>(layer.addend.scale);
    const double common = 2.0 * std::max(in, addend);
    layer.in_multiplier = multiplier(op, in / common);
    layer.addend_multiplier = multiplier(op, addend / common);
    layer.out_multiplier = multiplier(op, common / (0x1p20 * static_cast<double>(layer.out.scale)));
    const bool relu = clamp_relu(op.optional_options<tflite::AddOptions>(), op, layer);
    advance(op, shape_);
    layer.name = name_of(op, "add");
    params_ = layer.out;
    if (normal_) {  // scale and shift of the same batch norm
        normal_ = false;
        if (relu) {
            network_.source.add(unique(layer.name + ".relu"), space::Relu{});
        }
    } else {
        add_source(layer.name, space::BatchNorm{}, relu);
        normal_ = false;
    }
    push(std::move(layer), shape_.elements());
}

void LayerReader::read_relu(const OperatorView& op) {
    op.expect_inputs(1, 1);
    flowing(op);
    QuantizedRequantize layer;
    layer.input = layer.output = shape_;
    layer.in = params_;
    op.output().expect_type(TensorType::INT8);
    layer.out = op.output().params();
    // A quotient of floats, other than QUANTIZE's.
    layer.multiplier = multiplier(op, static_cast<double>(layer.in.scale / layer.out.scale));
    layer.clamp_min = static_cast<std::int8_t>(layer.out.zero_point);
    advance(op, shape_);
    layer.name = name_of(op, "relu");
    params_ = layer.out;
    add_source(layer.name, space::Relu{}, false);
    push(layer, shape_.elements());
}

void LayerReader::read_softmax(const OperatorView& op) {
    op.expect_inputs(1, 1);
    flowing(op);
    if (shape_.height != 1 || shape_.width != 1) {
        op.fail("reads a " + to_string(shape_) + " map, expected 1x1");
    }
    QuantizedSoftmax layer;
    layer.input = layer.output = shape_;
    layer.in = params_;
    layer.beta = op.options<tflite::SoftmaxOptions>().beta();
    const float step = layer.beta * layer.in.scale;
    if (!std::isnormal(step) || step < 0.0F) {
        op.fail("beta " + std::to_string(layer.beta) + ", expected a positive number");
    }
    if (step <= 0x1p-26F) {
        op.fail("a scale of " + std::to_string(layer.in.scale) +
                ", expected more than 2^-26 for a softmax in integers");
    }
    if (shape_.channels > QuantizedSoftmax::kMostChannels) {
        op.fail("a softmax over " + std::to_string(shape_.channels) + " values, expected " +
                std::to_string(QuantizedSoftmax::kMostChannels) + " at most");
    }
    const TensorView output = op.output();
    output.expect_type(TensorType::INT8);
    layer.out = output.params();
    if (!(layer.out == QuantParams{1.0F / 256.0F, -128})) {
        output.fail("scale " + std::to_string(layer.out.scale) + " and zero point " +
                    std::to_string(layer.out.zero_point) + ", expected 1/256 and -128");
    }
    advance(op, shape_);
    layer.name = name_of(op, "softmax");
    params_ = layer.out;
    add_source(layer.name, space::Softmax{}, false);
    push(layer, shape_.elements());
}

}  // namespace nanonas::exporting
