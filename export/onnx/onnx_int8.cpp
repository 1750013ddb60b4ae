#include <limits>

#include "export/onnx/onnx_networks.hpp"
#include "export/onnx/onnx_parts.hpp"
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
std::vector<std::int32_t> bias_for_one_rounding(const QuantizedLinear& layer) {
    std::vector<std::int32_t> bias = layer.bias;
    if (!layer.one_rounding && layer.clamp_min == layer.out.zero_point) {
        for (std::int32_t& value : bias) {
            value += value < std::numeric_limits<std::int32_t>::max() ? 1 : 0;
        }
    }
    return bias;
}

class Int8Graph {
  public:
    Int8Graph(const QuantizedNetwork& network, Io io, OnnxGraph& graph)
        : network_(network), io_(io), graph_(graph) {}

    void write() {
        const space::Shape& in = network_.source.input;
        const Dims image = {in.channels, in.height, in.width};
        const Dims logits = {network_.source.output().elements()};
        const auto type = io_ == Io::kFloat   ? onnx::TensorProto::FLOAT
                          : io_ == Io::kUint8 ? onnx::TensorProto::UINT8
                                              : onnx::TensorProto::INT8;
        graph_.input(kOnnxInput, type, image,
                     io_ == Io::kFloat   ? "NCHW, (pixel - mean) * scale"
                     : io_ == Io::kUint8 ? "NCHW, raw pixels 0..255"
                                         : "NCHW, pixel - 128");
        graph_.output(kOnnxOutput, type, logits, "one score per label, the largest wins");
        parameters(kOnnxInput, params_ = network_.input);
        value_ = kOnnxInput;
        if (io_ == Io::kFloat) {
            quantize(std::string(kOnnxInput) + ".quantize");
        }
        flat_ = false;
        for (const QuantizedLayer& layer : network_.layers) {
            std::visit([&](const auto& kind) { add(kind); }, layer);
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
        const std::string real =
            graph_.node("DequantizeLinear", name + ".dequantize", {constant, scale, zero});
        graph_.set("axis", 0);
        return real;
    }

    void add(const QuantizedLinear& layer) {
        if (layer.dense) {
            if (layer.input.height * layer.input.width != 1) {
                refuse(layer.name, "dense layer on a " + to_string(layer.input) + " map");
            }
            flatten();
        }
        dequantize();
        std::vector<float> bias_scales;
        for (const float scale : layer.weight_scales) {
            bias_scales.push_back(layer.in.scale * scale);
        }
        const std::string weights = dequantized(layer.name + ".weight", weight_dims(layer),
                                                channels_first(layer), layer.weight_scales);
        const std::string bias = dequantized(layer.name + ".bias", {layer.output.channels},
                                             bias_for_one_rounding(layer), bias_scales);
        const bool whole = layer.clamp_min == -128 && layer.clamp_max == 127;
        const bool relu = layer.clamp_min == layer.out.zero_point && layer.clamp_max == 127;
        const std::string suffix = layer.dense ? ".gemm" : ".conv";
        value_ = linear_node(graph_, layer, layer.name + suffix, {value_, weights, bias});
        if (relu) {
            value_ = graph_.node("Relu", layer.name + ".relu", {value_});
        } else if (!whole) {
            const auto real = [&](std::int8_t q) {
                return std::vector<float>{layer.out.scale *
                                          static_cast<float>(q - layer.out.zero_point)};
            };
            const std::string low = graph_.constant(layer.name + ".low", {}, real(layer.clamp_min));
            const std::string high =
                graph_.constant(layer.name + ".high", {}, real(layer.clamp_max));
            value_ = graph_.node("Clip", layer.name + ".clip", {value_, low, high});
        }
        parameters(layer.name, params_ = layer.out);
        quantize(layer.name);
    }

    void add(const QuantizedMaxPool& layer) {
        dequantize();
        value_ = max_pool_node(graph_, layer, layer.name + ".max", value_);
        quantize(layer.name);
    }

    void add(const QuantizedAveragePool& layer) {
        dequantize();
        value_ = graph_.node("GlobalAveragePool", layer.name + ".mean", {value_});
        // The int8 network rounds ties away from q = 0. Means lie near the zero point.
        params_.scale *= params_.zero_point < 0 ? 1.0F + kLean : 1.0F - kLean;
        parameters(layer.name, params_);
        quantize(layer.name);
    }

    [[noreturn]] static void refuse(const std::string& name, const std::string& kind) {
        throw ExportError("format onnx: layer '" + name + "': a " + kind +
                          " is not written; expected convolutions, dense layers, max pools and "
                          "an average pool");
    }

    void add(const QuantizedRequantize& layer) { refuse(layer.name, kind_name(layer)); }
    void add(const QuantizedMul& layer) { refuse(layer.name, kind_name(layer)); }
    void add(const QuantizedAdd& layer) { refuse(layer.name, kind_name(layer)); }
    void add(const QuantizedMean& layer) { refuse(layer.name, kind_name(layer)); }
    void add(const QuantizedSoftmax& layer) { refuse(layer.name, kind_name(layer)); }

    const QuantizedNetwork& network_;
    Io io_;
    OnnxGraph& graph_;
    QuantParams params_;
    std::string value_, scale_, zero_;
    bool flat_ = false;
};

}  // namespace

void write_int8(const QuantizedNetwork& network, Io io, OnnxGraph& graph) {
    Int8Graph(network, io, graph).write();
}

}  // namespace nanonas::exporting
