#include "export/tflite/tflite_int8.hpp"

#include <algorithm>

#include "export/other_ops.hpp"
#include "export/tflite/tflite_parts.hpp"
#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

constexpr std::int32_t kInt8Conv = 3;
constexpr std::int32_t kInt8Dense = 4;
constexpr std::int32_t kInt8Pool = 2;

TfliteTensor quantized_tensor(const std::string& name, std::vector<std::int32_t> shape,
                              TensorType type, const QuantParams& params) {
    TfliteTensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.type = type;
    tensor.scales = {params.scale};
    tensor.zero_point = params.zero_point;
    return tensor;
}

/// Appends the layers one after the other; `value` is the tensor the next one reads.
class Builder {
  public:
    Builder(TfliteGraph& graph, std::int32_t value, const Int8Network& network)
        : graph_(graph), value_(value), params_(network.input()) {}

    void add(const Int8Layer& layer) {
        std::visit(space::Overloaded{
                       [&](const space::Conv2d&) { add_linear(layer); },
                       [&](const space::Dense&) { add_linear(layer); },
                       [&](const space::MaxPool2d& pool) { add_max_pool(layer.node, pool.size); },
                       [&](const space::GlobalAveragePool&) {
                           layer.constants.multipliers.empty() ? add_average_pool(layer.node)
                                                               : refuse(layer);
                       },
                       OtherOps{[&] { refuse(layer); }},
                   },
                   layer.node.op);
    }

    void add_linear(const Int8Layer& layer) {
        const space::Node& from = layer.node;
        const Int8Constants& constants = layer.constants;
        require_odd_kernel(from.name, layer.kernel());
        TfliteOperator node;
        node.kind = layer.dense() ? BuiltinOperator::FULLY_CONNECTED : BuiltinOperator::CONV_2D;
        node.version = layer.dense() ? kInt8Dense : kInt8Conv;
        // TFLite works the clamp out from the parameters: from Z_out up for a ReLU.
        const bool clamped = constants.clamp_min > -128;
        if (constants.clamp_max != 127 ||
            (clamped && constants.clamp_min != layer.out.zero_point)) {
            throw ExportError("layer '" + from.name + "': its clamp is no ReLU");
        }
        // At Z_out = -128 a ReLU and none are the same bytes.
        node.relu = clamped || (layer.out.zero_point == -128 &&
                                space::activation_of(from.op) == space::Activation::kRelu);
        const std::int32_t weights = graph_.add(weights_of(layer));
        const std::int32_t bias = graph_.add(bias_of(layer));
        node.inputs = {value_, weights, bias};
        params_ = layer.out;
        finish(std::move(node), from.name, linear_output(layer.dense(), from.output));
    }

    void add_max_pool(const space::Node& layer, std::int64_t side) {
        TfliteOperator node = pool_node(BuiltinOperator::MAX_POOL_2D, side, side);
        node.version = kInt8Pool;
        node.inputs = {value_};
        finish(std::move(node), layer.name, map_shape(layer.output));
    }

    void add_average_pool(const space::Node& layer) {
        if (layer.input.height == 1 && layer.input.width == 1) {
            return;  // the mean of one value
        }
        TfliteOperator node =
            pool_node(BuiltinOperator::AVERAGE_POOL_2D, layer.input.height, layer.input.width);
        node.version = kInt8Pool;
        node.inputs = {value_};
        finish(std::move(node), layer.name, map_shape(layer.output));
    }

    /// To another type or other parameters.
    void convert(BuiltinOperator kind, std::int32_t version, TfliteTensor result) {
        TfliteOperator node;
        node.kind = kind;
        node.version = version;
        node.inputs = {value_};
        value_ = graph_.add(std::move(result));
        node.outputs = {value_};
        graph_.operators.push_back(std::move(node));
    }

    std::int32_t value() const { return value_; }
    const QuantParams& params() const { return params_; }

  private:
    [[noreturn]] static void refuse(const Int8Layer& layer) {
        throw ExportError("layer '" + layer.node.name + "': a " + kind_name(layer) +
                          " of an imported file; the imported file is the TFLite model already");
    }

    static TfliteTensor weights_of(const Int8Layer& layer) {
        const space::Node& from = layer.node;
        TfliteTensor tensor;
        tensor.name = from.name + ".weight";
        tensor.shape = weight_shape(layer.dense(), layer.kernel(), from.input, from.output);
        tensor.type = TensorType::INT8;
        tensor.scales = layer.constants.weight_scales;
        if (layer.dense() && one_scale(layer)) {
            tensor.scales.resize(1);
        }
        const std::vector<std::int8_t>& weights = layer.constants.weights;
        tensor.data.assign(weights.begin(), weights.end());
        return tensor;
    }

    static TfliteTensor bias_of(const Int8Layer& layer) {
        TfliteTensor tensor;
        tensor.name = layer.node.name + ".bias";
        tensor.shape = {static_cast<std::int32_t>(layer.node.output.channels)};
        tensor.type = TensorType::INT32;
        for (const float scale : layer.constants.weight_scales) {
            tensor.scales.push_back(layer.in.scale * scale);
        }
        if (layer.dense() && one_scale(layer)) {
            tensor.scales.resize(1);
        }
        tensor.data = little_endian(layer.constants.bias);
        return tensor;
    }

    static bool one_scale(const Int8Layer& layer) {
        const std::vector<float>& scales = layer.constants.weight_scales;
        return std::all_of(scales.begin(), scales.end(),
                           [&](float scale) { return scale == scales.front(); });
    }

    /// A pool (no weights) keeps the parameters of what it reads.
    void finish(TfliteOperator node, const std::string& name, std::vector<std::int32_t> shape) {
        TfliteTensor result = quantized_tensor(name, std::move(shape), TensorType::INT8, params_);
        if (node.inputs.size() == 1) {
            result.quantized_as = value_;
        }
        value_ = graph_.add(std::move(result));
        node.outputs = {value_};
        graph_.operators.push_back(std::move(node));
    }

    TfliteGraph& graph_;
    std::int32_t value_;
    QuantParams params_;
};

}  // namespace

TfliteGraph tflite_int8_graph(const Int8Network& network, Io io) {
    TfliteGraph graph;
    const auto shifted = [](QuantParams params) {
        return QuantParams{params.scale, params.zero_point + 128};
    };
    TfliteTensor input =
        quantized_tensor("input", map_shape(network.network.input),
                         io == Io::kUint8 ? TensorType::UINT8 : TensorType::INT8,
                         io == Io::kUint8 ? shifted(network.input()) : network.input());
    if (io == Io::kFloat) {
        input.type = TensorType::FLOAT32;
        input.scales.clear();
    }
    graph.input = graph.add(input);
    Builder builder(graph, graph.input, network);
    if (io != Io::kInt8) {
        builder.convert(
            BuiltinOperator::QUANTIZE, 1,
            quantized_tensor("input.int8", input.shape, TensorType::INT8, network.input()));
    }
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        builder.add(layer_of(network, i));
    }
    if (io != Io::kInt8) {
        TfliteTensor scores = graph.tensors[static_cast<std::size_t>(builder.value())];
        scores.name = "scores";
        if (io == Io::kUint8) {
            scores = quantized_tensor(scores.name, scores.shape, TensorType::UINT8,
                                      shifted(builder.params()));
            builder.convert(BuiltinOperator::QUANTIZE, 1, scores);
        } else {
            scores.type = TensorType::FLOAT32;
            scores.scales.clear();
            builder.convert(BuiltinOperator::DEQUANTIZE, 2, scores);
        }
    }
    graph.output = builder.value();
    return graph;
}

}  // namespace nanonas::exporting
