// The float graph in the making: what operators (op/) append to it.
#pragma once

#include <string>

#include "export/onnx/onnx_graph.hpp"
#include "export/onnx/onnx_parts.hpp"

namespace nanonas::exporting {

class OnnxFloatBuilder {
  public:
    explicit OnnxFloatBuilder(OnnxGraph& graph) : graph_(graph) {}

    OnnxGraph& graph() { return graph_; }
    std::string value = kOnnxInput;  ///< what the next node reads

    /// A 1x1 map as a row, for the dense layers.
    void flatten() {
        if (!flat_) {
            value = flatten_node(graph_, value);
            flat_ = true;
        }
    }

  private:
    OnnxGraph& graph_;
    bool flat_ = false;
};

}  // namespace nanonas::exporting
