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

LayerReader::LayerReader(const TfliteView& graph, Int8Network& network)
    : graph_(graph), network_(network), readers_(static_cast<std::size_t>(graph.tensors()), 0) {
    const auto count = [&](std::int32_t tensor) {
        if (tensor >= 0 && tensor < graph.tensors()) {
            ++readers_[static_cast<std::size_t>(tensor)];
        }
    };
    for (std::int32_t i = 0; i < graph.operators(); ++i) {
        for (const std::int32_t tensor : graph.inputs_of(i)) {
            count(tensor);
        }
    }
    count(graph.output());
}

void LayerReader::begin(const space::Preprocess* normalization) {
    const TensorView input(graph_, graph_.input(), "input");
    tensor_ = input.index();
    flow_.shape = input.map();
    ends_.input = input.type();
    if (input.constant()) {
        input.fail("a constant, expected what the caller writes");
    }
    if (shape().height > kLargestImage || shape().width > kLargestImage) {
        input.fail(to_string(shape()) + ", expected at most 4096x4096");
    }
    map_bytes_ = shape().elements();
    network_.network.input = shape();
    QuantParams& params = flow_.params;
    switch (input.type()) {
        case TensorType::INT8:
            params = input.params();
            break;
        case TensorType::UINT8:
            params = input.params();
            params.zero_point -= 128;
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
            params = quantized.params();
            break;
        }
        default:
            input.expect_type(TensorType::INT8);
    }
    network_.preprocess = {params.scale, params.zero_point + 128};
    network_.values = {params};
    if (normalization != nullptr) {
        // Steps of a pixel and of the tensor that differ by less than half a step over all 256.
        const float ratio = normalization->scale / params.scale;
        const bool same_bytes = normalization->mean == network_.preprocess.mean &&
                                std::abs(ratio - 1.0F) < 0.5F / 256.0F;
        network_.preprocess = *normalization;
        if (same_bytes) {
            network_.preprocess.scale = params.scale;
        } else {
            network_.values = {{normalization->scale, normalization->mean - 128}};
            if (!(ratio < 0x1p30F)) {
                input.fail("scale " + std::to_string(params.scale) +
                           " does not meet the metadata's normalization");
            }
            Layer layer{unique("input"), space::Requantize{}};
            layer.constants.multipliers = {fixed_multiplier(static_cast<double>(ratio))};
            layer.out = params;
            push(std::move(layer));
        }
    }
    written_[tensor_] = flow_;
}

void LayerReader::finish() {
    const TensorView output(graph_, graph_.output(), "output");
    if (output.index() != tensor_ || flow_.value != network_.network.nodes.size()) {
        output.fail("tensor " + std::to_string(output.index()) +
                    ", which the last operator does not write");
    }
    if (!ended_) {
        output.expect_type(TensorType::INT8);
        ends_.output = TensorType::INT8;
    }
    if (shape().height != 1 || shape().width != 1) {
        output.fail(to_string(shape()) + ", expected one score per class");
    }
    if (network_.constants.empty()) {
        graph_.fail("computes nothing");
    }
}

void LayerReader::read_operator(const OperatorView& op) {
    if (ended_) {
        op.fail("comes behind the conversion of the output, expected nothing");
    }
    const FileOp known = file_op(op);
    const TensorView output = op.output();
    if (written_.count(output.index()) > 0) {
        output.fail("tensor " + std::to_string(output.index()) + " is written already");
    }
    if (output.constant()) {
        output.fail("a constant, expected a tensor to write");
    }
    passed_over_ = false;
    known.read(*this, op);
    if (!passed_over_) {
        written_[output.index()] = flow_;
    }
}

void LayerReader::take(const TensorView& tensor) {
    const auto found = written_.find(tensor.index());
    if (found == written_.end()) {
        tensor.fail("tensor " + std::to_string(tensor.index()) +
                    ", which no operator before it writes");
    }
    flow_ = found->second;
    if (readers_[static_cast<std::size_t>(tensor.index())] > 1) {
        shared_.insert(flow_.value);
    }
}

TensorView LayerReader::flowing(const OperatorView& op, std::size_t position) {
    TensorView tensor = op.input(position, "input");
    take(tensor);
    if (tensor.type() == TensorType::FLOAT32) {
        tensor.fail("float32; only full-integer int8 files are read");
    }
    if (tensor.type() == TensorType::UINT8 && tensor.index() == graph_.input()) {
        op.fail("reads the uint8 input, expected a QUANTIZE to int8 first");
    }
    tensor.expect_type(TensorType::INT8);
    return tensor;
}

space::Node* LayerReader::only_source() {
    const bool alone = flow_.value > 0 && shared_.count(flow_.value) == 0;
    return alone ? &network_.network.nodes[flow_.value - 1] : nullptr;
}

void LayerReader::expect_same_params(const TensorView& output) const {
    if (!(output.params() == params())) {
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
    flow_.shape = shape;
}

void LayerReader::push(Layer layer, std::vector<space::Value> inputs) {
    map_bytes_ += shape().elements();
    if (map_bytes_ > kMostMapBytes) {
        graph_.fail("its maps take more than " + std::to_string(kMostMapBytes) + " bytes together");
    }
    flow_.value = network_.add(std::move(layer.name), std::move(layer.op), std::move(inputs),
                               std::move(layer.constants), layer.out);
    network_.network.nodes.back().end = std::move(layer.end);
    flow_.params = layer.out;
}

void LayerReader::flatten() {
    const std::int64_t values = shape().elements();
    Layer layer{unique("flatten"), space::Reshape{1, 1, values}};
    layer.out = params();
    flow_.shape = {1, 1, values};
    push(std::move(layer));
}

void LayerReader::fuse_relu(Layer& layer, std::int8_t ceiling) {
    *space::activation_of(layer.op) = space::Activation::kRelu;
    layer.constants.clamp_min = static_cast<std::int8_t>(layer.out.zero_point);
    layer.constants.clamp_max = ceiling;
    layer.end = unique(layer.name + ".relu");
}

void LayerReader::read_quantize(const OperatorView& op) {
    op.expect_inputs(1, 1);
    const TensorView input = op.input(0, "input");
    const TensorView output = op.output();
    const bool start = input.index() == graph_.input();
    if (start && ends_.input == TensorType::FLOAT32) {
        take(input);  // begin() took the parameters
        output.expect_type(TensorType::INT8);
        if (!(output.params() == params())) {
            output.fail("other quantization than that of the QUANTIZE before, expected the same");
        }
        return advance(op, shape());
    }
    if (start && ends_.input == TensorType::UINT8) {
        take(input);
    } else {
        flowing(op);
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
        multiplier(op, static_cast<double>(params().scale) / static_cast<double>(out.scale));
    advance(op, shape());
    if (!(params() == out)) {
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
    advance(op, shape());
    ends_.output = TensorType::FLOAT32;
    ended_ = true;
}

std::pair<std::size_t, std::size_t> LayerReader::sides(const OperatorView& op) {
    op.expect_inputs(2, 2);
    const std::size_t map = op.input(0, "input").constant() ? 1 : 0;
    flowing(op, map);
    return {map, 1 - map};
}

std::vector<std::int8_t> LayerReader::channel_constants(const TensorView& tensor) const {
    if (!tensor.constant()) {
        tensor.fail("computed, expected constants");
    }
    std::vector<std::int8_t> values = tensor.int8_values();
    const auto& sides = tensor.shape();
    const bool per_channel = !sides.empty() && sides.back() == shape().channels;
    if (values.size() == 1) {
        values.assign(static_cast<std::size_t>(shape().channels), values.front());
    } else if (!per_channel || tensor.elements() != shape().channels) {
        tensor.fail(std::to_string(values.size()) + " values, expected one or one for each of " +
                    std::to_string(shape().channels) + " channels");
    }
    return values;
}

}  // namespace nanonas::exporting
