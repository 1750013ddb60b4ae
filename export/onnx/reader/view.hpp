// An ONNX file seen through checks: whatever these answer lies inside the file and makes sense.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "export/onnx/onnx.pb.h"
#include "export/onnx/reader/constant.hpp"

namespace nanonas::exporting {

/// The one graph of a file.
class OnnxView {
  public:
    /// `name` stands for the file in messages, `folder` holds its external data (empty: none can
    /// be read). Throws ExportError for bytes that are no ONNX model, an opset outside [7, 25], and
    /// a graph of other than one input and one output.
    OnnxView(const std::string& bytes, std::string name, std::string folder);

    [[noreturn]] void fail(const std::string& what) const;

    const onnx::GraphProto& graph() const { return model_.graph(); }
    const onnx::ModelProto& model() const { return model_; }
    std::int64_t opset() const { return opset_; }
    const onnx::ValueInfoProto& input() const { return *input_; }
    const onnx::ValueInfoProto& output() const { return graph().output(0); }

    /// Null for a name that is no constant of the graph.
    const onnx::TensorProto* initializer(const std::string& name) const;
    /// Values of a tensor of the file; `place` begins messages.
    OnnxConstant constant(const onnx::TensorProto& tensor, const std::string& place) const;

  private:
    std::string external_bytes(const onnx::TensorProto& tensor, const std::string& place) const;

    std::string name_, folder_;
    onnx::ModelProto model_;
    std::int64_t opset_ = 0;
    const onnx::ValueInfoProto* input_ = nullptr;
    std::map<std::string, const onnx::TensorProto*> initializers_;
};

/// One operator.
class OnnxNode {
  public:
    OnnxNode(const OnnxView& view, int index);

    /// "x.onnx: operator 3 (Conv '/conv1/Conv'): <what>".
    [[noreturn]] void fail(const std::string& what) const;
    void expect(bool holds, const std::string& what) const;

    const OnnxView& view() const { return view_; }
    const std::string& kind() const { return proto_.op_type(); }
    /// "operator 3 (Conv '/conv1/Conv')".
    std::string place() const;
    std::string name() const { return proto_.name(); }

    /// Number of inputs between `least` and `most`.
    void expect_inputs(int least, int most) const;
    int inputs() const { return proto_.input_size(); }
    /// One may be left out.
    bool has_input(int position) const;
    const std::string& input(int position) const;
    const std::string& output() const { return proto_.output(0); }

    bool has(const std::string& attribute) const { return find(attribute) != nullptr; }
    std::int64_t integer(const std::string& attribute, std::int64_t otherwise) const;
    float real(const std::string& attribute, float otherwise) const;
    std::string text(const std::string& attribute, const std::string& otherwise) const;
    /// Empty for one that is not there.
    std::vector<std::int64_t> integers(const std::string& attribute) const;
    const onnx::AttributeProto* find(const std::string& attribute) const;

  private:
    const OnnxView& view_;
    int index_;
    const onnx::NodeProto& proto_;
};

}  // namespace nanonas::exporting
