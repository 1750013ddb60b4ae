#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

std::int32_t narrow(std::int64_t side) {
    return static_cast<std::int32_t>(side);
}

}  // namespace

std::vector<std::int32_t> map_shape(const space::Shape& shape) {
    return {1, narrow(shape.height), narrow(shape.width), narrow(shape.channels)};
}

std::vector<std::int32_t> shape_of(const std::vector<std::int64_t>& sides) {
    std::vector<std::int32_t> shape;
    for (const std::int64_t side : sides) {
        shape.push_back(narrow(side));
    }
    return shape;
}

TfliteOperator pool_node(tflite::BuiltinOperator kind, const space::Window& window) {
    TfliteOperator node;
    node.kind = kind;
    node.window = window;
    node.filter_height = narrow(window.height);
    node.filter_width = narrow(window.width);
    return node;
}

}  // namespace nanonas::exporting
