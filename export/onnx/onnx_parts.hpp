// What the float and the int8 graph have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/onnx/onnx_graph.hpp"

namespace nanonas::exporting {

constexpr const char* kOnnxInput = "image";
constexpr const char* kOnnxOutput = "logits";

/// A 1x1 map as a row, for the dense layers; its output's name.
inline std::string flatten_node(OnnxGraph& graph, const std::string& value) {
    std::string result = graph.node("Flatten", "flatten", {value});
    graph.set("axis", 1);
    return result;
}

}  // namespace nanonas::exporting
