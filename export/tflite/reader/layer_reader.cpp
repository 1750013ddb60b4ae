#include "export/tflite/reader/layer_reader.hpp"

#include <algorithm>
#include <cmath>

#include "export/int8/multiplier.hpp"
#include "export/tflite/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

constexpr std::int64_t kLargestImage = 4096;
/// int8 values of all maps together: what one interpreter allocates.
constexpr std::int64_t kMostMapBytes = std::int64_t{1} << 28;
constexpr std::size_t kLongestName = 48;

bool plain_name(const std::string& name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.';
    };
    return !name.empty() && name.size() <= kLongestName &&
           std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

void LayerReader::begin(const space::Preprocess* normalization) {
    const TensorView input(graph_, graph_.input(), "input");
    tensor_ = input.index();
    shape_ = input.map();
    ends_.input = input.type();
    if (shape_.height > kLargestImage || shape_.width > kLargestImage ||
        (shape_.channels != 1 && shape_.channels != 3)) {
        input.fail(to_string(shape_) +
                   ", expected an image of 1 or 3 channels and at most 4096x4096");
    }
    map_bytes_ = shape_.elements();
    network_.network.input = shape_;
    switch (input.type()) {
        case TensorType::INT8:
            params_ = input.params();
            break;
        case TensorType::UINT8:
            params_ = input.params();
            params_.zero_point -= 128;
            break;
        case TensorType::FLOAT32: {
            const OperatorView first(graph_, 0);
            if (first.code() != BuiltinOperator::QUANTIZE) {
                input.fail(
                    "float32 without a QUANTIZE behind it; only full-integer int8 files "
                    "are read");
            }
            const TensorView quantized = first.output();
            quantized.expect_type(TensorType::INT8);
            params_ = quantized.params();
            break;
        }
        default:
            input.expect_type(TensorType::INT8);
    }
    network_.preprocess = {params_.scale, params_.zero_point + 128};
    network_.values = {params_};
    if (normalization != nullptr) {
        // Steps of a pixel and of the tensor that differ by less than half a step over all 256.
        const float ratio = normalization->scale / params_.scale;
        const bool same_bytes = normalization->mean == network_.preprocess.mean &&
                                std::abs(ratio - 1.0F) < 0.5F / 256.0F;
        network_.preprocess = *normalization;
        if (same_bytes) {
            network_.preprocess.scale = params_.scale;
        } else {
            network_.values = {{normalization->scale, normalization->mean - 128}};
            if (!(ratio < 0x1p30F)) {
                input.fail("scale " + std::to_string(params_.scale) +
                           " does not meet the metadata's normalization");
            }
            Layer layer{unique("input"), space::Requantize{}};
            layer.constants.multipliers = {fixed_multiplier(static_cast<double>(ratio))};
            layer.out = params_;
            push(std::move(layer));
        }
    }
}

void LayerReader::finish() {
    const TensorView output(graph_, graph_.output(), "output");
    if (output.index() != tensor_) {
        output.fail("tensor " + std::to_string(output.index()) +
                    ", which the last operator does not write");
    }
    if (!ended_) {
        output.expect_type(TensorType::INT8);
        ends_.output = TensorType::INT8;
    }
    if (shape_.height != 1 || shape_.width != 1) {
        output.fail(to_string(shape_) + ", expected one score per class");
    }
    if (network_.constants.empty()) {
        graph_.fail("computes nothing");
    }
}

void LayerReader::read_operator(const OperatorView& op) {
    if (ended_) {
        op.fail("comes behind the conversion of the output, expected nothing");
    }
    file_op(op).read(*this, op);
}

TensorView LayerReader::flowing(const OperatorView& op, std::size_t position) const {
    TensorView tensor = op.input(position, "input");
    if (tensor.index() != tensor_) {
        tensor.fail("tensor " + std::to_string(tensor.index()) +
                    ", expected what the operator before it wrote (only chains are read)");
    }
    if (tensor.type() == TensorType::FLOAT32) {
        tensor.fail("float32; only full-integer int8 files are read");
    }
    if (begun_ || ends_.input == TensorType::INT8) {
        tensor.expect_type(TensorType::INT8);
    } else {
        op.fail("reads the uint8 input, expected a QUANTIZE to int8 first");
    }
    return tensor;
}

void LayerReader::expect_same_params(const TensorView& output) const {
    if (!(output.params() == params_)) {
        output.fail("other quantization than the input's, expected the same");
    }
}

std::string LayerReader::unique(const std::string& name) {
    std::string candidate = name;
    for (int number = 2; !names_.insert(candidate).second; ++number) {
        candidate = name + std::to_string(number);
    }
    return candidate;
}

std::string LayerReader::name_of(const OperatorView& op, const std::string& kind) {
    const std::string given = op.output().name();
    return unique(plain_name(given) ? given : kind);
}

FixedMultiplier LayerReader::multiplier(const OperatorView& op, double ratio) const {
    if (!(ratio >= 0.0 && ratio < 0x1p30)) {
        op.fail("its scales ask for a multiplication by " + std::to_string(ratio) +
                ", expected less than 2^30");
    }
    return fixed_multiplier(ratio);
}

void LayerReader::advance(const OperatorView& op, const space::Shape& shape) {
    const TensorView output = op.output();
    if (output.map() != shape) {
        output.fail(to_string(output.map()) + ", expected " + to_string(shape));
    }
    tensor_ = output.index();
    shape_ = shape;
    begun_ = true;
}

void LayerReader::push(Layer layer) {
    map_bytes_ += shape_.elements();
    if (map_bytes_ > kMostMapBytes) {
        graph_.fail("its maps take more than " + std::to_string(kMostMapBytes) + " bytes together");
    }
    network_.add(std::move(layer.name), std::move(layer.op), std::move(layer.constants), layer.out);
    network_.network.nodes.back().end = std::move(layer.end);
    params_ = layer.out;
}

void LayerReader::fuse_relu(Layer& layer) {
    *space::activation_of(layer.op) = space::Activation::kRelu;
    layer.constants.clamp_min = static_cast<std::int8_t>(layer.out.zero_point);
    layer.end = unique(layer.name + ".relu");
}

void LayerReader::read_quantize(const OperatorView& op) {
    op.expect_inputs(1, 1);
    const TensorView input = op.input(0, "input");
    const TensorView output = op.output();
    if (!begun_ && ends_.input == TensorType::FLOAT32) {
        if (input.index() != tensor_) {
            input.fail("expected the network's input");
        }
        return advance(op, shape_);  // begin() took the parameters
    }
    if (begun_ || ends_.input != TensorType::UINT8) {
        flowing(op);
    } else if (input.index() != tensor_) {
        input.fail("expected the network's input");
    }
    QuantParams out = output.params();
    if (output.type() == TensorType::UINT8) {
        out.zero_point -= 128;
        ends_.output = TensorType::UINT8;
        ended_ = true;
    } else {
        output.expect_type(TensorType::INT8);
    }
    const FixedMultiplier ratio =
        multiplier(op, static_cast<double>(params_.scale) / static_cast<double>(out.scale));
    advance(op, shape_);
    if (!(params_ == out)) {
        Layer layer{name_of(op, "requantize"), space::Requantize{}};
        layer.constants.multipliers = {ratio};
        layer.out = out;
        push(std::move(layer));
    }
}

void LayerReader::read_dequantize(const OperatorView& op) {
    op.expect_inputs(1, 1);
    flowing(op);
    op.output().expect_type(TensorType::FLOAT32);
    advance(op, shape_);
    ends_.output = TensorType::FLOAT32;
    ended_ = true;
}

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

}  // namespace nanonas::exporting
