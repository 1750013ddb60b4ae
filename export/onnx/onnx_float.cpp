#include "export/onnx/onnx_networks.hpp"
#include "export/onnx/onnx_parts.hpp"

namespace nanonas::exporting {

namespace {

class FloatGraph {
  public:
    explicit FloatGraph(OnnxGraph& graph) : graph_(graph) {}

    void write(const FloatNetwork& network) {
        const space::Shape& in = network.network.input;
        graph_.input(kOnnxInput, onnx::TensorProto::FLOAT, {in.channels, in.height, in.width},
                     "NCHW, (pixel - mean) * scale");
        graph_.output(kOnnxOutput, onnx::TensorProto::FLOAT, {network.network.classes()},
                      "one score per label, the largest wins");
        value_ = kOnnxInput;
        for (const space::Node& node : network.network.nodes) {
            std::visit(space::Overloaded{
                           [&](const space::Conv2d&) { add(linear_of(network, node)); },
                           [&](const space::Dense&) { add(linear_of(network, node)); },
                           [&](const space::MaxPool2d& pool) {
                               value_ = max_pool_node(graph_, pool, node.name, value_);
                           },
                           [&](const space::GlobalAveragePool&) {
                               value_ = graph_.node("GlobalAveragePool", node.name, {value_});
                           },
                           NeverLowered{},
                       },
                       node.op);
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

    void add(const FloatLinear& layer) {
        if (layer.dense) {
            flatten();
        }
        const OnnxLinear linear{layer.dense, layer.kernel, layer.input.channels,
                                layer.output.channels};
        const std::string weights = graph_.constant(layer.name + ".weight", weight_dims(linear),
                                                    channels_first(linear, layer.weights));
        const std::string bias =
            graph_.constant(layer.name + ".bias", {layer.output.channels}, layer.bias);
        value_ = linear_node(graph_, linear, layer.name, {value_, weights, bias});
        if (layer.relu) {
            value_ = graph_.node("Relu", layer.name + ".relu", {value_});
        }
    }

    OnnxGraph& graph_;
    std::string value_;
    bool flat_ = false;
};

}  // namespace

void write_float(const FloatNetwork& network, OnnxGraph& graph) {
    FloatGraph(graph).write(network);
}

}  // namespace nanonas::exporting
