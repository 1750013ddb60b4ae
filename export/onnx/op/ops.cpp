#include "export/onnx/op/ops.hpp"

#include "space/errors.hpp"

namespace nanonas::exporting {

OnnxOp onnx_op(const space::Node& node) {
    return std::visit([](const auto& op) { return onnx_op(op); }, node.op);
}

OnnxOp onnx_unwritten() {
    return {[](OnnxInt8Builder&, const Int8Layer& layer) { refuse_unwritten(layer); },
            [](OnnxFloatBuilder&, const FloatNetwork&, const space::Node& node) {
                throw ExportError("format onnx: layer '" + node.name + "': a " +
                                  space::op_name(node.op) + " is not written");
            }};
}

void refuse_unwritten(const Int8Layer& layer) {
    throw ExportError("format onnx: layer '" + layer.node.name + "': a " + kind_name(layer) +
                      " is not written; expected convolutions, dense layers, max pools and "
                      "an average pool");
}

}  // namespace nanonas::exporting
