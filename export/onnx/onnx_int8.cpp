#include <limits>

#include "export/onnx/onnx_networks.hpp"
#include "export/onnx/onnx_parts.hpp"
#include "export/other_ops.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

using Dims = OnnxGraph::Dims;

// A nudge that decides ties and nothing else: 2^-20 of a step is more than float rounding, less
// than the nearest mean that is no tie (maps of up to 64x64).
constexpr float kLean = 0x1p-20F;

/// Readers of ONNX round a scaled accumulator once. The int8 network rounds as TFLite does, twice,
/// which takes results from 1/2 to 1 accumulator step below a tie up with it
/// (docs/decisions/010-onnx.md): with one step more, a single rounding is nearest to that. Below
/// zero it would be farther: only where a ReLU hides it.
std::vector<std::int32_t> bias_for_one_rounding(const Int8Layer& layer) {
    std::vector<std::int32_t> bias = layer.constants.bias;
    if (!layer.constants.one_rounding && layer.constants.clamp_min == layer.out.zero_point) {
        for (std::int32_t& value : bias) {
            value += value < std::numeric_limits<std::int32_t>::max() ? 1 : 0;
        }
    }
    return bias;
}

class Int8Graph {
  public:
    Int8Graph(const Int8Network& network, Io io, OnnxGraph& graph)
        : network_(network), io_(io), graph_(graph) {}

    void write() {
        const space::Shape& in = network_.network.input;
        const Dims image = {in.channels, in.height, in.width};
        const Dims logits = {network_.network.output().elements()};
        const auto type = io_ == Io::kFloat   ? onnx::TensorProto::FLOAT
                          : io_ == Io::kUint8 ? onnx::TensorProto::UINT8
                                              : onnx::TensorProto::INT8;
        graph_.input(kOnnxInput, type, image,
                     io_ == Io::kFloat   ? "NCHW, (pixel - mean) * scale"
                     : io_ == Io::kUint8 ? "NCHW, raw pixels 0..255"
                                         : "NCHW, pixel - 128");
        graph_.output(kOnnxOutput, type, logits, "one score per label, the largest wins");
        parameters(kOnnxInput, params_ = network_.input());
        value_ = kOnnxInput;
        if (io_ == Io::kFloat) {
            quantize(std::string(kOnnxInput) + ".quantize");
        }
        flat_ = false;
        for (std::size_t i = 0; i < network_.constants.size(); ++i) {
            add(layer_of(network_, i));
        }
        flatten();
        if (io_ == Io::kFloat) {
            dequantize();
        }
        graph_.end();
    }

  private:
    bool is_uint8() const { return io_ == Io::kUint8; }

    /// Scale and zero point that the next QuantizeLinear and DequantizeLinear use.
    void parameters(const std::string& name, const QuantParams& params) {
        scale_ = graph_.constant(name + ".scale", {}, std::vector<float>{params.scale});
        if (is_uint8()) {
            zero_ = graph_.constant(
                name + ".zero_point", {},
                std::vector<std::uint8_t>{static_cast<std::uint8_t>(params.zero_point + 128)});
        } else {
            zero_ = graph_.constant(
                name + ".zero_point", {},
                std::vector<std::int8_t>{static_cast<std::int8_t>(params.zero_point)});
        }
    }

    void dequantize() {
        value_ = graph_.node("DequantizeLinear", value_ + ".dequantize", {value_, scale_, zero_});
    }

    void quantize(const std::string& name) {
        value_ = graph_.node("QuantizeLinear", name, {value_, scale_, zero_});
    }

    /// A 1x1 map as a row, for the dense layers.
    void flatten() {
        if (!flat_) {
            dequantize();
            value_ = flatten_node(graph_, value_);
            quantize("flatten.quantize");
            flat_ = true;
        }
    }

    /// Constants per output channel with their own dequantization.
    template <typename Number>
    std::string dequantized(const std::string& name, const Dims& dims,
                            const std::vector<Number>& values, const std::vector<float>& scales) {
        const Dims channels = {static_cast<std::int64_t>(scales.size())};
        const std::string constant = graph_.constant(name, dims, values);
        const std::string scale = graph_.constant(name + ".scale", channels, scales);
        const std::string zero = graph_.constant(name + ".zero_point", channels,
                                                 std::vector<Number>(scales.size(), Number{0}));
        std::string real =
            graph_.node("DequantizeLinear", name + ".dequantize", {constant, scale, zero});
        graph_.set("axis", 0);
        return real;
    }

    void add(const Int8Layer& layer) {
        std::visit(space::Overloaded{
                       [&](const space::Conv2d&) { add_linear(layer); },
                       [&](const space::Dense&) { add_linear(layer); },
                       [&](const space::MaxPool2d& pool) { add_max_pool(layer, pool); },
                       [&](const space::GlobalAveragePool&) {
                           layer.constants.multipliers.empty() ? add_average_pool(layer)
                                                               : refuse(layer);
                       },
                       OtherOps{[&] { refuse(layer); }},
                   },
                   layer.node.op);
    }

    void add_linear(const Int8Layer& layer) {
        const std::string& name = layer.node.name;
        const Int8Constants& constants = layer.constants;
        if (layer.dense()) {
            flatten();
        }
        dequantize();
        std::vector<float> bias_scales;
        for (const float scale : constants.weight_scales) {
            bias_scales.push_back(layer.in.scale * scale);
        }
        const OnnxLinear linear{layer.dense(), layer.kernel(), layer.node.input.channels,
                                layer.node.output.channels};
        const std::string weights =
            dequantized(name + ".weight", weight_dims(linear),
                        channels_first(linear, constants.weights), constants.weight_scales);
        const std::string bias = dequantized(name + ".bias", {linear.outputs},
                                             bias_for_one_rounding(layer), bias_scales);
        const bool whole = constants.clamp_min == -128 && constants.clamp_max == 127;
        const bool relu = constants.clamp_min == layer.out.zero_point && constants.clamp_max == 127;
        const std::string suffix = linear.dense ? ".gemm" : ".conv";
        value_ = linear_node(graph_, linear, name + suffix, {value_, weights, bias});
        if (relu) {
            value_ = graph_.node("Relu", name + ".relu", {value_});
        } else if (!whole) {
            const auto real = [&](std::int8_t q) {
                return std::vector<float>{layer.out.scale *
                                          static_cast<float>(q - layer.out.zero_point)};
            };
            const std::string low = graph_.constant(name + ".low", {}, real(constants.clamp_min));
            const std::string high = graph_.constant(name + ".high", {}, real(constants.clamp_max));
            value_ = graph_.node("Clip", name + ".clip", {value_, low, high});
        }
        parameters(name, params_ = layer.out);
        quantize(name);
    }

    void add_max_pool(const Int8Layer& layer, const space::MaxPool2d& pool) {
        dequantize();
        value_ = max_pool_node(graph_, pool, layer.node.name + ".max", value_);
        quantize(layer.node.name);
    }

    void add_average_pool(const Int8Layer& layer) {
        const std::string& name = layer.node.name;
        dequantize();
        value_ = graph_.node("GlobalAveragePool", name + ".mean", {value_});
        // The int8 network rounds ties away from q = 0. Means lie near the zero point.
        params_.scale *= params_.zero_point < 0 ? 1.0F + kLean : 1.0F - kLean;
        parameters(name, params_);
        quantize(name);
    }

    [[noreturn]] static void refuse(const Int8Layer& layer) {
        throw ExportError("format onnx: layer '" + layer.node.name + "': a " + kind_name(layer) +
                          " is not written; expected convolutions, dense layers, max pools and "
                          "an average pool");
    }

    const Int8Network& network_;
    Io io_;
    OnnxGraph& graph_;
    QuantParams params_;
    std::string value_, scale_, zero_;
    bool flat_ = false;
};

}  // namespace

void write_int8(const Int8Network& network, Io io, OnnxGraph& graph) {
    Int8Graph(network, io, graph).write();
}

}  // namespace nanonas::exporting
