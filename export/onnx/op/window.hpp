// Where the windows of a Conv or a pool lie.
#pragma once

#include "export/onnx/reader/graph_reader.hpp"
#include "space/op/pad.hpp"
#include "space/op/window.hpp"

namespace nanonas::exporting {

/// As ONNX says it: any padding before and behind. Windows of 1-D maps have one row.
struct OnnxWindow {
    std::int64_t height = 1, width = 1, stride_height = 1, stride_width = 1;
    std::int64_t top = 0, left = 0, bottom = 0, right = 0;

    /// The window of ours that covers the same values, or what a pad before one without padding
    /// has to add. Rows and columns of padding that no window reaches are left out.
    space::Window placed(space::Pad& pad) const;

    space::Shape map = {};  ///< that it moves over
};

/// Attributes kernel_shape, strides, pads, auto_pad, dilations and ceil_mode. `sides`: of the
/// kernel where weights tell it ([height, width] or [width]). Throws ExportError for what no window
/// of ours can be.
OnnxWindow read_window(const OnnxNode& node, const space::Shape& map, std::size_t rank,
                       std::vector<std::int64_t> sides);

/// Appends the pad, where there is one.
void push_pad(GraphReader& reader, const OnnxNode& node, GraphReader::Flow& flow,
              const space::Pad& pad);

}  // namespace nanonas::exporting
