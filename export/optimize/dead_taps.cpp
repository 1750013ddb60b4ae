#include "export/optimize/dead_taps.hpp"

#include <algorithm>

#include "export/optimize/window.hpp"

namespace nanonas::exporting {

namespace {

/// Taps of one side that meet the map, from the first to behind the last. Those between all do: a
/// stride is no larger than the map.
struct Alive {
    std::int64_t first, end;

    Alive(std::int64_t map, std::int64_t taps, std::int64_t stride, std::int64_t before,
          std::int64_t outputs)
        : first(std::max<std::int64_t>(0, before - (outputs - 1) * stride)),
          end(std::min(taps, before + map)) {}
    std::int64_t count() const { return end - first; }
};

/// A window of these sides whose padding before the map is `top` and `left`, with the same outputs.
std::optional<space::Window> cropped(const space::Node& node, const Alive& rows,
                                     const Alive& columns) {
    const space::Window whole = space::window_of(node.op);
    const std::int64_t top = whole.top(node.input) - rows.first;
    const std::int64_t left = whole.left(node.input) - columns.first;
    for (const space::Padding padding : {space::Padding::kSame, space::Padding::kValid}) {
        const space::Window window{rows.count(), columns.count(), whole.stride_height,
                                   whole.stride_width, padding};
        const bool fits = padding == space::Padding::kSame ||
                          (window.height <= node.input.height && window.width <= node.input.width);
        if (fits && window.top(node.input) == top && window.left(node.input) == left &&
            window.output(node.input, node.output.channels) == node.output) {
            return window;
        }
    }
    return std::nullopt;
}

void drop(space::Node& node, std::vector<std::int8_t>& weights) {
    const space::Window whole = space::window_of(node.op);
    const space::Shape& map = node.input;
    const Alive rows(map.height, whole.height, whole.stride_height, whole.top(map),
                     node.output.height);
    const Alive columns(map.width, whole.width, whole.stride_width, whole.left(map),
                        node.output.width);
    if (rows.count() == whole.height && columns.count() == whole.width) {
        return;
    }
    const auto window = cropped(node, rows, columns);
    if (!window) {
        return;
    }
    const bool depthwise = std::holds_alternative<space::DepthwiseConv2d>(node.op);
    const std::int64_t depth = depthwise ? 1 : map.channels;
    std::vector<std::int8_t> kept;
    for (std::int64_t out = 0; out < node.output.channels; ++out) {
        for (std::int64_t row = rows.first; row < rows.end; ++row) {
            const auto begin = weights.begin() +
                               ((out * whole.height + row) * whole.width + columns.first) * depth;
            kept.insert(kept.end(), begin, begin + columns.count() * depth);
        }
    }
    weights = std::move(kept);
    set_window(node.op, *window);
}

}  // namespace

void drop_dead_taps(Int8Network& network) {
    for (std::size_t i = 0; i < network.network.nodes.size(); ++i) {
        if (is_convolution(network.network.nodes[i].op)) {
            drop(network.network.nodes[i], network.constants[i].weights);
        }
    }
}

}  // namespace nanonas::exporting
