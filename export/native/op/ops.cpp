#include "export/native/op/ops.hpp"

#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

NativeOp without_kernel(std::function<void(StreamingPlanner&, const space::Node&)> plan) {
    return {std::move(plan), [](const Int8Layer&) { return false; }, [](const Int8Layer&) {},
            no_tables, no_charge};
}

}  // namespace

NativeOp native_op(const space::Node& node) {
    return std::visit([](const auto& op) { return native_op(op); }, node.op);
}

NativeOp native_only_behind(const char* before) {
    return without_kernel([before](StreamingPlanner&, const space::Node& node) {
        StreamingPlanner::expect(node, false, before);
    });
}

NativeOp native_without_kernel() {
    return without_kernel([](StreamingPlanner&, const space::Node& node) {
        throw NetworkError("layer '" + node.name + "': the native runtime runs no " +
                           space::op_name(node.op));
    });
}

void refuse_c_layer(const std::string& layer, const std::string& why) {
    throw ExportError("C source: layer '" + layer + "': " + why);
}

bool always_kernel(const Int8Layer&) {
    return true;
}

void no_tables(CTables&, const Int8Layer&) {}

void no_charge(NativeBill&, const space::Node&) {}

void check_same_params(const Int8Layer& layer) {
    if (!(layer.in == layer.out)) {
        refuse_c_layer(layer.node.name, "writes other quantization parameters than it reads");
    }
}

}  // namespace nanonas::exporting
