#include "export/writers/onnx_networks.hpp"

namespace nanonas::exporting {

namespace {

using Dims = OnnxGraph::Dims;

class FloatGraph {
  public:
    explicit FloatGraph(OnnxGraph& graph) : graph_(graph) {}

    void write(const FoldedNetwork& network) {
        const space::Shape& in = network.input;
        graph_.input(kOnnxInput, onnx::TensorProto::FLOAT, {in.channels, in.height, in.width},
                     "NCHW, (pixel - mean) * scale");
        graph_.output(kOnnxOutput, onnx::TensorProto::FLOAT,
                      {output_of(network.layers.back()).elements()},
                      "one score per label, the largest wins");
        value_ = kOnnxInput;
        for (const FoldedLayer& layer : network.layers) {
            std::visit([&](const auto& kind) { add(kind); }, layer);
        }
        flatten();
        graph_.end();
    }

  private:
    void flatten() {
        if (!flat_) {
            value_ = graph_.node("Flatten", "flatten", {value_});
            graph_.set("axis", 1);
            flat_ = true;
        }
    }

    void add(const FoldedLinear& layer) {
        const std::int64_t out = layer.output.channels;
        const std::int64_t in = layer.input.channels;
        if (layer.dense) {
            flatten();
        }
        const Dims dims = layer.dense ? Dims{out, in} : Dims{out, in, layer.kernel, layer.kernel};
        const std::string weights =
            graph_.constant(layer.name + ".weight", dims, channels_first(layer));
        const std::string bias = graph_.constant(layer.name + ".bias", {out}, layer.bias);
        value_ = graph_.node(layer.dense ? "Gemm" : "Conv", layer.name, {value_, weights, bias});
        if (layer.dense) {
            graph_.set("transB", 1);
        } else {
            graph_.set("kernel_shape", Dims(2, layer.kernel));
            graph_.set("pads", Dims(4, layer.kernel / 2));
        }
        if (layer.relu) {
            value_ = graph_.node("Relu", layer.name + ".relu", {value_});
        }
    }

    void add(const FoldedMaxPool& layer) {
        value_ = graph_.node("MaxPool", layer.name, {value_});
        graph_.set("kernel_shape", Dims(2, layer.size));
        graph_.set("strides", Dims(2, layer.size));
    }

    void add(const FoldedAveragePool& layer) {
        value_ = graph_.node("GlobalAveragePool", layer.name, {value_});
    }

    OnnxGraph& graph_;
    std::string value_;
    bool flat_ = false;
};

}  // namespace

void write_float(const FoldedNetwork& network, OnnxGraph& graph) {
    FloatGraph(graph).write(network);
}

}  // namespace nanonas::exporting
