#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

/// Identity, Dropout (which acts in training only) and Cast of what keeps its values.
void read_identity(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 3);
    if (node.kind() == "Cast") {
        const std::int64_t to = node.integer("to", 0);
        if (reader.constant_at(node, 0)) {
            OnnxConstant value = reader.constant(node, 0, "constants");
            const bool real = to == onnx::TensorProto::FLOAT;
            node.expect(!value.dequantized() &&
                            (real || (!value.real() && (to == onnx::TensorProto::INT64 ||
                                                        to == onnx::TensorProto::INT32))),
                        "to another type than float, or of whole numbers than int32 and int64");
            if (real && !value.real()) {
                value.reals.assign(value.integers.begin(), value.integers.end());
                value.integers.clear();
            }
            value.type = static_cast<std::int32_t>(to);
            return reader.write(node, std::move(value));
        }
        node.expect(to == onnx::TensorProto::FLOAT, "of a map to another type than float");
        return reader.write(node, reader.flow(node));
    }
    if (reader.constant_at(node, 0)) {
        return reader.write(node, reader.constant(node, 0, "constants"));
    }
    reader.write(node, reader.flow(node, 0, true));
}

void read_constant(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(0, 0);
    OnnxConstant value;
    if (const onnx::AttributeProto* tensor = node.find("value")) {
        node.expect(tensor->has_t(), "its value is no tensor");
        value = node.view().constant(tensor->t(), node.place());
    } else if (const onnx::AttributeProto* real = node.find("value_float")) {
        value.type = onnx::TensorProto::FLOAT;
        value.reals = {real->f()};
    } else if (const onnx::AttributeProto* reals = node.find("value_floats")) {
        value.type = onnx::TensorProto::FLOAT;
        value.reals.assign(reals->floats().begin(), reals->floats().end());
        value.dims = {reals->floats_size()};
    } else if (const onnx::AttributeProto* whole = node.find("value_int")) {
        value.type = onnx::TensorProto::INT64;
        value.integers = {whole->i()};
    } else if (const onnx::AttributeProto* wholes = node.find("value_ints")) {
        value.type = onnx::TensorProto::INT64;
        value.integers.assign(wholes->ints().begin(), wholes->ints().end());
        value.dims = {wholes->ints_size()};
    } else {
        node.fail("holds no numbers");
    }
    reader.write(node, std::move(value));
}

}  // namespace nanonas::exporting
