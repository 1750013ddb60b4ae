// The float graph in the making: what operators (op/) append to it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "export/onnx/onnx_graph.hpp"
#include "export/onnx/onnx_parts.hpp"
#include "space/network.hpp"

namespace nanonas::exporting {

class OnnxFloatBuilder {
  public:
    explicit OnnxFloatBuilder(OnnxGraph& graph) : graph_(graph) { keep(); }

    OnnxGraph& graph() { return graph_; }
    std::string value = kOnnxInput;  ///< what the next node reads

    /// What was kept: 0 the input, then what each keep() found, in their order.
    void take(space::Value kept) {
        value = kept_[kept].first;
        flat_ = kept_[kept].second;
    }
    void keep() { kept_.emplace_back(value, flat_); }

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
    std::vector<std::pair<std::string, bool>> kept_;
};

}  // namespace nanonas::exporting
