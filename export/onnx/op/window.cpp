#include "export/onnx/op/window.hpp"

#include <algorithm>

#include "export/onnx/op/ops.hpp"
#include "space/op/fields.hpp"
#include "space/op/window_fields.hpp"

namespace nanonas::exporting {

namespace {

struct Side {
    std::int64_t map, window, stride, before, behind;

    /// Positions of the window; `ceil`: one more where a part of the map is left, as long as it
    /// begins on the map or before it.
    std::int64_t positions(bool ceil) const {
        const std::int64_t room = map + before + behind - window;
        std::int64_t count = room / stride + 1;
        if (ceil && room % stride != 0 && count * stride < map + before) {
            ++count;
        }
        return count;
    }
    /// Padding behind the map that the last window reaches.
    std::int64_t reached(bool ceil) const {
        return std::max<std::int64_t>(0, (positions(ceil) - 1) * stride + window - map - before);
    }
};

std::vector<std::int64_t> numbers(const OnnxNode& node, const std::string& attribute,
                                  std::size_t count, std::int64_t otherwise) {
    std::vector<std::int64_t> values = node.integers(attribute);
    if (values.empty()) {
        values.assign(count, otherwise);
    }
    node.expect(values.size() == count, std::to_string(values.size()) + " " + attribute +
                                            ", expected " + std::to_string(count));
    return values;
}

}  // namespace

space::Window OnnxWindow::placed(space::Pad& pad) const {
    space::Window window{height, width, stride_height, stride_width, space::Padding::kSame};
    const bool same = window.top(map) == top && window.left(map) == left &&
                      window.bottom(map) == bottom && window.right(map) == right;
    if (!same || (top == 0 && left == 0 && bottom == 0 && right == 0)) {
        pad = {top, bottom, left, right};
        window.padding = space::Padding::kValid;
    }
    return window;
}

OnnxWindow read_window(const OnnxNode& node, const space::Shape& map, std::size_t rank,
                       std::vector<std::int64_t> sides) {
    if (sides.empty()) {
        sides = node.integers("kernel_shape");
    } else if (node.has("kernel_shape")) {
        node.expect(node.integers("kernel_shape") == sides,
                    "its kernel_shape is not that of its weights");
    }
    node.expect(sides.size() == rank, "a window of " + std::to_string(sides.size()) +
                                          " sides on a map of " + std::to_string(rank));
    std::vector<std::int64_t> strides = numbers(node, "strides", rank, 1);
    const std::vector<std::int64_t> dilations = numbers(node, "dilations", rank, 1);
    std::vector<std::int64_t> pads = numbers(node, "pads", 2 * rank, 0);
    for (std::size_t i = 0; i < rank; ++i) {
        node.expect(sides[i] >= 1 && sides[i] <= space::kLargestKernel,
                    "a window with a side of " + std::to_string(sides[i]) + ", expected 1 to " +
                        std::to_string(space::kLargestKernel));
        node.expect(strides[i] >= 1 && strides[i] <= space::kLargestStride,
                    "stride " + std::to_string(strides[i]) + ", expected 1 to " +
                        std::to_string(space::kLargestStride));
        node.expect(dilations[i] == 1 || sides[i] == 1, "dilated, expected dilation 1x1");
    }
    for (const std::int64_t pad : pads) {
        node.expect(pad >= 0 && pad <= space::kLargestKernel,
                    "pads by " + std::to_string(pad) + ", expected 0 to " +
                        std::to_string(space::kLargestKernel));
    }
    if (rank == 1) {
        sides.insert(sides.begin(), 1);
        strides.insert(strides.begin(), 1);
        pads = {0, pads[0], 0, pads[1]};
    }
    OnnxWindow window{sides[0], sides[1], strides[0], strides[1],
                      pads[0],  pads[1],  pads[2],    pads[3]};
    window.map = map;
    const std::string automatic = node.text("auto_pad", "NOTSET");
    if (automatic == "SAME_UPPER") {
        const space::Window same{window.height, window.width, window.stride_height,
                                 window.stride_width, space::Padding::kSame};
        window.top = same.top(map);
        window.left = same.left(map);
        window.bottom = same.bottom(map);
        window.right = same.right(map);
    } else {
        node.expect(automatic == "NOTSET" || automatic == "VALID",
                    "auto_pad " + automatic + ", expected SAME_UPPER, VALID or NOTSET");
    }
    const Side down{map.height, window.height, window.stride_height, window.top, window.bottom};
    const Side across{map.width, window.width, window.stride_width, window.left, window.right};
    for (const Side& side : {down, across}) {
        node.expect(side.map + side.before + side.behind >= side.window,
                    "a window larger than the padded " + to_string(map) + " map");
    }
    const bool ceil = node.integer("ceil_mode", 0) != 0;
    // Of one position the stride says nothing.
    window.stride_height = down.positions(ceil) == 1 && down.stride > map.height ? 1 : down.stride;
    window.stride_width =
        across.positions(ceil) == 1 && across.stride > map.width ? 1 : across.stride;
    window.bottom = down.reached(ceil);
    window.right = across.reached(ceil);
    return window;
}

void push_pad(GraphReader& reader, const OnnxNode& node, GraphReader::Flow& flow,
              const space::Pad& pad) {
    if (pad.top + pad.bottom + pad.left + pad.right > 0) {
        flow.value = reader.push(node, "pad", pad, {flow.value});
        flow.shared = false;
    }
}

}  // namespace nanonas::exporting
