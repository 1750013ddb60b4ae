#include "export/onnx/onnx_networks.hpp"
#include "export/onnx/onnx_parts.hpp"

namespace nanonas::exporting {

namespace {

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
            value_ = flatten_node(graph_, value_);
            flat_ = true;
        }
    }

    void add(const FoldedLinear& layer) {
        if (layer.dense) {
            flatten();
        }
        const std::string weights =
            graph_.constant(layer.name + ".weight", weight_dims(layer), channels_first(layer));
        const std::string bias =
            graph_.constant(layer.name + ".bias", {layer.output.channels}, layer.bias);
        value_ = linear_node(graph_, layer, layer.name, {value_, weights, bias});
        if (layer.relu) {
            value_ = graph_.node("Relu", layer.name + ".relu", {value_});
        }
    }

    void add(const FoldedMaxPool& layer) {
        value_ = max_pool_node(graph_, layer, layer.name, value_);
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
