#include "export/onnx/onnx_graph.hpp"

#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

void describe(onnx::ValueInfoProto& info, const std::string& name, onnx::TensorProto::DataType type,
              const OnnxGraph::Dims& per_image, const std::string& doc) {
    info.set_name(name);
    info.set_doc_string(doc);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(type);
    tensor.mutable_shape()->add_dim()->set_dim_param("batch");
    for (const std::int64_t side : per_image) {
        tensor.mutable_shape()->add_dim()->set_dim_value(side);
    }
}

}  // namespace

std::string OnnxGraph::fresh(const std::string& name) {
    std::string candidate = name;
    for (int number = 2; !taken_.insert(candidate).second; ++number) {
        candidate = name + "_" + std::to_string(number);
    }
    return candidate;
}

/// TensorProto.raw_data is little-endian on every machine.
void OnnxGraph::raw(const std::string& name, const Dims& dims, onnx::TensorProto::DataType type,
                    const void* bytes, std::size_t count) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    for (const std::int64_t side : dims) {
        tensor.add_dims(side);
    }
    tensor.set_data_type(type);
    tensor.set_name(name);
    tensor.set_raw_data(bytes, count);
}

std::string OnnxGraph::constant(const std::string& name, const Dims& dims,
                                const std::vector<float>& values) {
    const std::string own = fresh(name);
    const std::string bytes = little_endian(values);
    raw(own, dims, onnx::TensorProto::FLOAT, bytes.data(), bytes.size());
    return own;
}

std::string OnnxGraph::constant(const std::string& name, const Dims& dims,
                                const std::vector<std::int32_t>& values) {
    const std::string own = fresh(name);
    const std::string bytes = little_endian(values);
    raw(own, dims, onnx::TensorProto::INT32, bytes.data(), bytes.size());
    return own;
}

std::string OnnxGraph::constant(const std::string& name, const Dims& dims,
                                const std::vector<std::int8_t>& values) {
    const std::string own = fresh(name);
    raw(own, dims, onnx::TensorProto::INT8, values.data(), values.size());
    return own;
}

std::string OnnxGraph::constant(const std::string& name, const Dims& dims,
                                const std::vector<std::uint8_t>& values) {
    const std::string own = fresh(name);
    raw(own, dims, onnx::TensorProto::UINT8, values.data(), values.size());
    return own;
}

std::string OnnxGraph::node(const std::string& op, const std::string& name,
                            const std::vector<std::string>& inputs) {
    const std::string own = fresh(name);
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(op);
    node.set_name(own);
    for (const std::string& input : inputs) {
        node.add_input(input);
    }
    node.add_output(own);
    return own;
}

onnx::AttributeProto& OnnxGraph::attribute(const std::string& name,
                                           onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& added = *graph_.mutable_node(graph_.node_size() - 1)->add_attribute();
    added.set_name(name);
    added.set_type(type);
    return added;
}

void OnnxGraph::set(const std::string& name, std::int64_t value) {
    attribute(name, onnx::AttributeProto::INT).set_i(value);
}

void OnnxGraph::set(const std::string& name, const Dims& values) {
    onnx::AttributeProto& added = attribute(name, onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) {
        added.add_ints(value);
    }
}

void OnnxGraph::input(const std::string& name, onnx::TensorProto::DataType type,
                      const Dims& per_image, const std::string& doc) {
    describe(*graph_.add_input(), fresh(name), type, per_image, doc);
}

void OnnxGraph::output(const std::string& name, onnx::TensorProto::DataType type,
                       const Dims& per_image, const std::string& doc) {
    describe(*graph_.add_output(), fresh(name), type, per_image, doc);
}

void OnnxGraph::end() {
    graph_.mutable_node(graph_.node_size() - 1)->set_output(0, graph_.output(0).name());
}

}  // namespace nanonas::exporting
