// The int8 graph in the making: what operators (op/) append to it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/onnx/onnx_graph.hpp"
#include "export/onnx/onnx_parts.hpp"
#include "export/writer.hpp"

namespace nanonas::exporting {

class OnnxInt8Builder {
  public:
    using Dims = OnnxGraph::Dims;

    /// Begins with the input.
    OnnxInt8Builder(OnnxGraph& graph, Io io, const QuantParams& input);

    OnnxGraph& graph() { return graph_; }
    /// What the next node reads, quantized as params().
    std::string value = kOnnxInput;
    const QuantParams& params() const { return params_; }

    /// What was kept: 0 the input, then what each keep() found, in their order.
    void take(space::Value kept);
    void keep();

    /// Scale and zero point that the next quantize() and dequantize() use: `name`'s.
    void parameters(const std::string& name, const QuantParams& params);
    void dequantize();
    void quantize(const std::string& name);
    /// A 1x1 map as a row, for the dense layers.
    void flatten();

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

  private:
    struct Kept {
        std::string value;
        QuantParams params;
        std::string scale, zero;
        bool flat = false;
    };

    OnnxGraph& graph_;
    Io io_;
    QuantParams params_;
    std::string scale_, zero_;
    bool flat_ = false;
    std::vector<Kept> kept_;
    std::map<std::string, std::string> real_;  ///< values that were dequantized
};

}  // namespace nanonas::exporting
