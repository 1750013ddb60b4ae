#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

/// Over the scores.
void read_softmax(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    GraphReader::Flow flow = reader.flow(node);
    const space::Shape map = reader.shape(flow);
    const std::int64_t otherwise = node.view().opset() < 13 ? 1 : -1;
    std::int64_t axis = node.integer("axis", otherwise);
    axis += axis < 0 ? static_cast<std::int64_t>(flow.dims.size()) : 0;
    node.expect(axis >= 0 && axis < static_cast<std::int64_t>(flow.dims.size()) &&
                    flow.axes[static_cast<std::size_t>(axis)].find('C') != std::string::npos &&
                    map.height == 1 && map.width == 1,
                "not over one row of scores");
    flow.value = reader.push(node, "softmax", space::Softmax{}, {flow.value});
    flow.shared = false;
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
