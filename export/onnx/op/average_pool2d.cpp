#include "export/onnx/op/window.hpp"

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

void read_average_pool(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    GraphReader::Flow flow = reader.image(node);
    const OnnxWindow given = read_window(node, reader.shape(flow), flow.dims.size() - 2, {});
    space::Pad pad;
    space::Window window = given.placed(pad);
    const bool counts = node.integer("count_include_pad", 0) != 0;
    const bool padded = given.top + given.bottom + given.left + given.right > 0;
    node.expect(!padded || !counts || node.integer("ceil_mode", 0) == 0,
                "counts its padding and rounds its size up; expected ceil_mode 0");
    node.expect(counts || pad.top + pad.bottom + pad.left + pad.right == 0,
                "padding other than SAME_UPPER has it, expected count_include_pad 1");
    if (counts && padded) {  // zeros like those of the map
        pad = {given.top, given.bottom, given.left, given.right};
        window.padding = space::Padding::kValid;
    }
    push_pad(reader, node, flow, pad);
    flow.value = reader.push(node, "pool", space::AveragePool2d::of(window), {flow.value});
    reader.set_dims(flow);
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
