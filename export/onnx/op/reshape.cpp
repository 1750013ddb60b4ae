#include <algorithm>

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Dims = std::vector<std::int64_t>;

std::int64_t product(const Dims& dims, std::size_t from, std::size_t to) {
    std::int64_t count = 1;
    for (std::size_t i = from; i < to; ++i) {
        count *= dims[i];
    }
    return count;
}

/// Places of dimensions, counted from the end where negative.
std::vector<std::size_t> places(const OnnxNode& node, const Dims& axes, std::size_t rank) {
    std::vector<std::size_t> result;
    for (const std::int64_t axis : axes) {
        const std::int64_t at = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
        node.expect(at >= 0 && at < static_cast<std::int64_t>(rank),
                    "dimension " + std::to_string(axis) + " of " + std::to_string(rank));
        result.push_back(static_cast<std::size_t>(at));
    }
    std::sort(result.begin(), result.end());
    return result;
}

/// Axes of a Squeeze or Unsqueeze: an attribute up to opset 12, then an input.
Dims axes_of(const GraphReader& reader, const OnnxNode& node) {
    return node.has_input(1) ? reader.whole_numbers(node, 1, "axes") : node.integers("axes");
}

Dims flattened(const OnnxNode& node, const Dims& from) {
    std::int64_t axis = node.integer("axis", 1);
    axis += axis < 0 ? static_cast<std::int64_t>(from.size()) : 0;
    node.expect(axis >= 0 && axis <= static_cast<std::int64_t>(from.size()),
                "its axis is no dimension");
    const auto at = static_cast<std::size_t>(axis);
    return {product(from, 0, at), product(from, at, from.size())};
}

Dims squeezed(const OnnxNode& node, Dims axes, const Dims& from) {
    if (axes.empty()) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            if (from[i] == 1) {
                axes.push_back(static_cast<std::int64_t>(i));
            }
        }
    }
    Dims to = from;
    const std::vector<std::size_t> gone = places(node, axes, from.size());
    for (auto at = gone.rbegin(); at != gone.rend(); ++at) {
        node.expect(*at < to.size() && to[*at] == 1, "drops a dimension that is not 1");
        to.erase(to.begin() + static_cast<std::ptrdiff_t>(*at));
    }
    return to;
}

Dims unsqueezed(const OnnxNode& node, const Dims& axes, const Dims& from) {
    Dims to = from;
    for (const std::size_t at : places(node, axes, from.size() + axes.size())) {
        node.expect(at <= to.size(), "adds a dimension behind a gap");
        to.insert(to.begin() + static_cast<std::ptrdiff_t>(at), 1);
    }
    return to;
}

/// 0: as it is, unless allowzero; -1: what is left.
Dims reshaped(const OnnxNode& node, const Dims& asked, const Dims& from) {
    Dims to;
    std::ptrdiff_t open = -1;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        std::int64_t side = asked[i];
        if (side == 0) {
            node.expect(i < from.size() && node.integer("allowzero", 0) == 0,
                        "asks for a dimension of 0");
            side = from[i];
        } else if (side == -1) {
            node.expect(open < 0, "leaves two dimensions open");
            open = static_cast<std::ptrdiff_t>(i);
            side = 1;
        }
        node.expect(side >= 1 && side <= (std::int64_t{1} << 26), "asks for " + dims_text(asked));
        to.push_back(side);
        node.expect(product(to, 0, to.size()) <= (std::int64_t{1} << 26),
                    "asks for " + dims_text(asked));
    }
    const std::int64_t held = product(to, 0, to.size()), values = product(from, 0, from.size());
    if (open >= 0 && held > 0 && values % held == 0) {
        to[static_cast<std::size_t>(open)] = values / held;
    }
    node.expect(product(to, 0, to.size()) == values,
                "makes " + dims_text(asked) + " of " + dims_text(from));
    return to;
}

Dims target(const GraphReader& reader, const OnnxNode& node, const Dims& from) {
    if (node.kind() == "Flatten") {
        node.expect_inputs(1, 1);
        return flattened(node, from);
    }
    if (node.kind() == "Reshape") {
        node.expect_inputs(2, 2);
        return reshaped(node, reader.whole_numbers(node, 1, "shape"), from);
    }
    node.expect_inputs(1, 2);
    const Dims axes = axes_of(reader, node);
    return node.kind() == "Squeeze" ? squeezed(node, axes, from) : unsqueezed(node, axes, from);
}

/// What each of the new dimensions holds: dimensions of 1 come and go, others are put together or
/// taken apart again.
std::vector<std::string> axes_behind(const OnnxNode& node, const GraphReader::Flow& flow,
                                     const space::Shape& map, const Dims& to) {
    const auto side = [&](char axis) {
        return axis == 'C' ? map.channels : axis == 'H' ? map.height : axis == 'W' ? map.width : 1;
    };
    std::string letters;  // of more than one value, in their order
    for (const std::string& axis : flow.axes) {
        for (const char letter : axis) {
            if (side(letter) > 1) {
                letters += letter;
            }
        }
    }
    std::vector<std::string> axes(to.size());
    std::string unused = "NCHW";
    std::size_t next = 0;
    for (std::size_t i = 0; i < to.size(); ++i) {
        for (std::int64_t held = 1; held < to[i]; ++next) {
            node.expect(next < letters.size() && to[i] % (held * side(letters[next])) == 0,
                        "makes " + dims_text(to) + " of " + dims_text(flow.dims) +
                            "; expected to flatten it, or dimensions of 1 to come and go");
            held *= side(letters[next]);
            axes[i] += letters[next];
            unused.erase(unused.find(letters[next]), 1);
        }
    }
    // Dimensions of 1: images first, then what is left, in the order of the map.
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (axes[i].empty()) {
            node.expect(!unused.empty(), "makes more dimensions than a map has");
            axes[i] = unused.substr(0, 1);
            unused.erase(0, 1);
        }
    }
    return axes;
}

}  // namespace

void read_reshape(GraphReader& reader, const OnnxNode& node) {
    if (reader.constant_at(node, 0)) {
        OnnxConstant constant = reader.constant(node, 0, "constants");
        node.expect(!constant.dequantized() || constant.scales.size() == 1,
                    "of constants with a scale per channel");
        constant.dims = target(reader, node, constant.dims);
        return reader.write(node, std::move(constant));
    }
    GraphReader::Flow flow = reader.flow(node, 0, true);
    const Dims to = target(reader, node, flow.dims);
    flow.axes = axes_behind(node, flow, reader.shape(flow), to);
    flow.dims = to;
    reader.write(node, std::move(flow));
}

void read_transpose(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    const bool constant = reader.constant_at(node, 0);
    OnnxConstant values;
    GraphReader::Flow flow;
    if (constant) {
        values = reader.constant(node, 0, "constants");
    } else {
        flow = reader.flow(node, 0, true);
    }
    const Dims from = constant ? values.dims : flow.dims;
    Dims order = node.integers("perm");
    if (order.empty()) {
        for (std::size_t i = from.size(); i-- > 0;) {
            order.push_back(static_cast<std::int64_t>(i));
        }
    }
    const std::vector<std::size_t> sorted = places(node, order, from.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        node.expect(sorted.size() == from.size() && sorted[i] == i && order[i] >= 0,
                    "turns " + dims_text(from) + " by " + dims_text(order));
    }
    if (!constant) {
        const GraphReader::Flow before = flow;
        for (std::size_t i = 0; i < order.size(); ++i) {
            flow.axes[i] = before.axes[static_cast<std::size_t>(order[i])];
            flow.dims[i] = before.dims[static_cast<std::size_t>(order[i])];
        }
        return reader.write(node, std::move(flow));
    }
    const OnnxConstant before = values;
    std::vector<std::size_t> steps(from.size(), 1);
    for (std::size_t i = from.size(); i-- > 1;) {
        steps[i - 1] = steps[i] * static_cast<std::size_t>(from[i]);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        values.dims[i] = from[static_cast<std::size_t>(order[i])];
        if (before.scales.size() > 1 && static_cast<std::size_t>(order[i]) == before.axis) {
            values.axis = i;
        }
    }
    const std::size_t count = std::max(before.reals.size(), before.integers.size());
    for (std::size_t at = 0; at < count; ++at) {
        std::size_t rest = at, source = 0;
        for (std::size_t i = order.size(); i-- > 0;) {
            const auto side = static_cast<std::size_t>(values.dims[i]);
            source += rest % side * steps[static_cast<std::size_t>(order[i])];
            rest /= side;
        }
        if (!before.reals.empty()) {
            values.reals[at] = before.reals[source];
        }
        if (!before.integers.empty()) {
            values.integers[at] = before.integers[source];
        }
    }
    reader.write(node, std::move(values));
}

}  // namespace nanonas::exporting
