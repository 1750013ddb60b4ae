// An ONNX graph in the making: tensors, nodes, and one value that flows through them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "export/onnx/onnx.pb.h"

namespace nanonas::exporting {

class OnnxGraph {
  public:
    using Dims = std::vector<std::int64_t>;

    explicit OnnxGraph(onnx::GraphProto& graph) : graph_(graph) {}

    /// A constant; returns its name, `name` or, where that is taken, name_2, name_3, ...
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<float>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::int32_t>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::int8_t>& values);
    std::string constant(const std::string& name, const Dims& dims,
                         const std::vector<std::uint8_t>& values);

    /// A node named like its one output, which is returned; renamed where taken, as above.
    std::string node(const std::string& op, const std::string& name,
                     const std::vector<std::string>& inputs);
    /// Attributes of the node added last.
    void set(const std::string& attribute, std::int64_t value);
    void set(const std::string& attribute, const Dims& values);

    /// Reserves the names of the graph's ends before any node takes them. First dimension: a batch
    /// of any size.
    void input(const std::string& name, onnx::TensorProto::DataType type, const Dims& per_image,
               const std::string& doc);
    void output(const std::string& name, onnx::TensorProto::DataType type, const Dims& per_image,
                const std::string& doc);
    /// Gives the last node's value the name of the output.
    void end();

  private:
    std::string fresh(const std::string& name);
    void raw(const std::string& name, const Dims& dims, onnx::TensorProto::DataType type,
             const void* bytes, std::size_t count);
    onnx::AttributeProto& attribute(const std::string& name,
                                    onnx::AttributeProto::AttributeType type);

    onnx::GraphProto& graph_;
    std::set<std::string> taken_;
};

}  // namespace nanonas::exporting
