#include <cmath>
#include <limits>

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

namespace {

constexpr float kWithout = std::numeric_limits<float>::infinity();

float bound(const GraphReader& reader, const OnnxNode& node, int position, const char* name,
            float otherwise) {
    return node.has_input(position) ? reader.number(node, position, name)
                                    : node.real(name, otherwise);
}

void write_rectified(GraphReader& reader, const OnnxNode& node, float ceiling) {
    GraphReader::Flow flow = reader.flow(node);
    reader.rectify(node, flow, ceiling);
    flow.shared = false;
    reader.write(node, std::move(flow));
}

}  // namespace

void read_relu(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    write_rectified(reader, node, kWithout);
}

void read_clip(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 3);
    const float low = bound(reader, node, 1, "min", -kWithout);
    const float high = bound(reader, node, 2, "max", kWithout);
    node.expect(low == 0.0F && high > 0.0F,
                "clips to [" + std::to_string(low) + ", " + std::to_string(high) +
                    "], expected 0 to a number above it, as ReLU6 does");
    write_rectified(reader, node, high < std::numeric_limits<float>::max() ? high : kWithout);
}

}  // namespace nanonas::exporting
