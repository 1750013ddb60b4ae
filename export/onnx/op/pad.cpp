#include "export/onnx/op/window.hpp"

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

void read_pad(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 4);
    node.expect(node.text("mode", "constant") == "constant",
                "mode " + node.text("mode", "") + ", expected zeros (constant)");
    const float value =
        node.has_input(2) ? reader.number(node, 2, "value") : node.real("value", 0.0F);
    node.expect(value == 0.0F, "pads with " + std::to_string(value) + ", expected 0");
    GraphReader::Flow flow = reader.flow(node);
    const std::vector<std::int64_t> pads =
        node.has_input(1) ? reader.whole_numbers(node, 1, "pads") : node.integers("pads");
    const auto rank = static_cast<std::int64_t>(flow.dims.size());
    std::vector<std::int64_t> axes;
    if (node.has_input(3)) {
        axes = reader.whole_numbers(node, 3, "axes");
    } else {
        for (std::int64_t i = 0; i < rank; ++i) {
            axes.push_back(i);
        }
    }
    node.expect(pads.size() == 2 * axes.size(), std::to_string(pads.size()) +
                                                    " pads, expected two for each of " +
                                                    std::to_string(axes.size()) + " dimensions");
    space::Pad pad;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t before = pads[i], behind = pads[axes.size() + i];
        const std::int64_t at = axes[i] < 0 ? axes[i] + rank : axes[i];
        node.expect(at >= 0 && at < rank, "pads dimension " + std::to_string(axes[i]));
        const std::string& axis = flow.axes[static_cast<std::size_t>(at)];
        node.expect((axis == "H" || axis == "W") || (before == 0 && behind == 0),
                    "pads other than height and width");
        if (axis == "H") {
            pad.top = before;
            pad.bottom = behind;
        } else if (axis == "W") {
            pad.left = before;
            pad.right = behind;
        }
    }
    flow.value = reader.push(node, "pad", pad, {flow.value});
    reader.set_dims(flow);
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
