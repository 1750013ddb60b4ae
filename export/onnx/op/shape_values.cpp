// Whole numbers that work out the shape for a Reshape.
#include <algorithm>

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kMostValues = 64;

/// `count` values from a place that may be counted from the end.
std::int64_t place(std::int64_t given, std::int64_t count) {
    return std::clamp<std::int64_t>(given < 0 ? given + count : given, 0, count);
}

OnnxConstant row(std::vector<std::int64_t> values) {
    OnnxConstant result;
    result.type = onnx::TensorProto::INT64;
    result.dims = {static_cast<std::int64_t>(values.size())};
    result.integers = std::move(values);
    return result;
}

}  // namespace

void read_shape(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    const std::vector<std::int64_t> dims = reader.constant_at(node, 0)
                                               ? reader.constant(node, 0, "constants").dims
                                               : reader.flow(node, 0, true).dims;
    const auto count = static_cast<std::int64_t>(dims.size());
    const std::int64_t start = place(node.integer("start", 0), count);
    const std::int64_t end = place(node.integer("end", count), count);
    reader.write(node, start < end ? row({dims.begin() + start, dims.begin() + end}) : row({}));
}

void read_gather(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(2, 2);
    const std::vector<std::int64_t> from = reader.whole_numbers(node, 0, "values");
    const OnnxConstant indices = reader.constant(node, 1, "indices");
    node.expect(node.integer("axis", 0) == 0 && indices.reals.empty(),
                "expected whole numbers taken from a row");
    OnnxConstant result = indices;
    result.type = onnx::TensorProto::INT64;
    for (std::int64_t& index : result.integers) {
        const auto count = static_cast<std::int64_t>(from.size());
        const std::int64_t at = index < 0 ? index + count : index;
        node.expect(at >= 0 && at < count,
                    "takes value " + std::to_string(index) + " of " + std::to_string(count));
        index = from[static_cast<std::size_t>(at)];
    }
    reader.write(node, std::move(result));
}

/// Along the first dimension, forwards or backwards.
void read_slice(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 5);
    const OnnxConstant from = reader.constant(node, 0, "values");
    const auto bounds = [&](int position, const char* name) {
        return node.has_input(position) ? reader.whole_numbers(node, position, name)
                                        : node.integers(name);
    };
    const std::vector<std::int64_t> starts = bounds(1, "starts"), ends = bounds(2, "ends"),
                                    axes = bounds(3, "axes"), steps = bounds(4, "steps");
    const std::int64_t step = steps.empty() ? 1 : steps[0];
    node.expect(from.reals.empty() && !from.dims.empty() && from.dims[0] <= kMostValues &&
                    starts.size() == 1 && ends.size() == 1 && steps.size() < 2 &&
                    (axes.empty() || axes == std::vector<std::int64_t>{0}) &&
                    (step == 1 || step == -1),
                "expected rows of whole numbers");
    const std::int64_t count = from.dims[0];
    OnnxConstant result = from;
    result.dims[0] = 0;
    result.integers.clear();
    const auto width = static_cast<std::ptrdiff_t>(
        count == 0 ? 0 : static_cast<std::int64_t>(from.integers.size()) / count);
    const auto take = [&](std::int64_t row) {
        const auto begin = from.integers.begin() + row * width;
        result.integers.insert(result.integers.end(), begin, begin + width);
        ++result.dims[0];
    };
    if (step == 1) {
        const std::int64_t end = place(ends[0], count);
        for (std::int64_t row = place(starts[0], count); row < end; ++row) {
            take(row);
        }
    } else {
        const std::int64_t first = starts[0] < 0 ? starts[0] + count : starts[0];
        const std::int64_t end = ends[0] < 0 ? ends[0] + count : ends[0];
        for (std::int64_t row = std::min(first, count - 1); row > end && row >= 0; --row) {
            take(row);
        }
    }
    reader.write(node, std::move(result));
}

void read_constant_of_shape(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    const std::vector<std::int64_t> shape = reader.whole_numbers(node, 0, "shape");
    node.expect(shape.size() == 1 && shape[0] >= 0 && shape[0] <= kMostValues,
                "expected a row of whole numbers");
    std::int64_t value = 0;
    if (const onnx::AttributeProto* given = node.find("value")) {
        const OnnxConstant constant = node.view().constant(given->t(), node.place());
        node.expect(constant.integers.size() == 1, "its value is no whole number");
        value = constant.integers.front();
    }
    reader.write(node, row(std::vector<std::int64_t>(static_cast<std::size_t>(shape[0]), value)));
}

void read_concat(GraphReader& reader, const OnnxNode& node) {
    std::vector<std::int64_t> values;
    for (int i = 0; i < node.inputs(); ++i) {
        if (!reader.constant_at(node, i)) {
            node.fail("of maps; expected whole numbers that make a shape");
        }
        const std::vector<std::int64_t> part = reader.whole_numbers(node, i, "values");
        values.insert(values.end(), part.begin(), part.end());
        node.expect(static_cast<std::int64_t>(values.size()) <= kMostValues,
                    "more than 64 whole numbers");
    }
    reader.write(node, row(std::move(values)));
}

}  // namespace nanonas::exporting
