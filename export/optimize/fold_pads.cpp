#include "export/optimize/fold_pads.hpp"

#include "export/optimize/rewrite.hpp"
#include "export/optimize/window.hpp"
#include "space/passes/rewrite.hpp"

namespace nanonas::exporting {

namespace {

/// The window with padding that the pad and this one without are together; none: there is none.
std::optional<space::Window> with_padding(const space::Pad& pad, const space::Node& before,
                                          const space::Node& conv) {
    space::Window window = space::window_of(conv.op);
    if (window.padding != space::Padding::kValid) {
        return std::nullopt;
    }
    window.padding = space::Padding::kSame;
    const space::Shape& map = before.input;
    // Rows and columns of the pad that no window reaches do not matter.
    const bool fits = window.stride_height <= map.height && window.stride_width <= map.width &&
                      window.top(map) == pad.top && window.left(map) == pad.left &&
                      window.bottom(map) <= pad.bottom && window.right(map) <= pad.right &&
                      window.output(map, conv.output.channels) == conv.output;
    return fits ? std::optional<space::Window>(window) : std::nullopt;
}

}  // namespace

void fold_pads(Int8Network& network) {
    std::vector<space::Node>& nodes = network.network.nodes;
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
        const auto* const pad = std::get_if<space::Pad>(&nodes[i].op);
        if (pad == nullptr || space::readers(network.network, i + 1) != 1) {
            continue;
        }
        for (std::size_t reader = i + 1; reader < nodes.size(); ++reader) {
            if (nodes[reader].inputs != std::vector<space::Value>{i + 1} ||
                !is_convolution(nodes[reader].op)) {
                continue;
            }
            const auto window = with_padding(*pad, nodes[i], nodes[reader]);
            if (window) {
                nodes[reader].input = nodes[i].input;
                set_window(nodes[reader].op, *window);
                bypass(network, i--);
            }
            break;
        }
    }
}

}  // namespace nanonas::exporting
