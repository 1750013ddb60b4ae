#include <algorithm>
#include <cmath>

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using onnx::TensorProto;

/// Scales and zero points at inputs 1 and 2, as many of each; `type`: of the zero points.
struct Steps {
    std::vector<float> scales;
    std::vector<std::int64_t> zeros;
    std::int32_t type = TensorProto::UINT8;
};

Steps steps_of(const GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(2, 3);
    node.expect(node.integer("block_size", 0) == 0,
                "in blocks, expected one scale or one per channel");
    Steps steps;
    steps.scales = reader.constant(node, 1, "scale").reals;
    node.expect(!steps.scales.empty(), "scale: expected floats");
    for (const float scale : steps.scales) {
        node.expect(std::isnormal(scale) && scale > 0.0F,
                    "scale " + std::to_string(scale) + ", expected a positive number");
    }
    steps.zeros.assign(steps.scales.size(), 0);
    if (node.has_input(2)) {
        const OnnxConstant zeros = reader.constant(node, 2, "zero point");
        node.expect(zeros.integers.size() == steps.scales.size(),
                    std::to_string(zeros.integers.size()) + " zero points for " +
                        std::to_string(steps.scales.size()) + " scales");
        steps.zeros = zeros.integers;
        steps.type = zeros.type;
    } else if (node.has("output_dtype") && node.integer("output_dtype", 0) != 0) {
        steps.type = static_cast<std::int32_t>(node.integer("output_dtype", 0));
    }
    return steps;
}

/// Of a map, as our bytes have them: uint8 less 128.
QuantParams params_of(const OnnxNode& node, const Steps& steps) {
    node.expect(steps.scales.size() == 1,
                std::to_string(steps.scales.size()) + " scales of a map, expected one");
    node.expect(steps.type == TensorProto::UINT8 || steps.type == TensorProto::INT8,
                "a map in another type than int8 or uint8");
    const std::int64_t zero = steps.zeros[0] - (steps.type == TensorProto::UINT8 ? 128 : 0);
    node.expect(zero >= -128 && zero <= 127, "a zero point outside its type");
    return {steps.scales[0], static_cast<std::int32_t>(zero)};
}

/// Along which dimension the scales of a constant lie.
std::size_t axis_of(const OnnxNode& node, const OnnxConstant& constant, const Steps& steps) {
    std::int64_t axis = node.integer("axis", 1);
    axis += axis < 0 ? static_cast<std::int64_t>(constant.dims.size()) : 0;
    if (steps.scales.size() == 1) {
        return 0;
    }
    node.expect(axis >= 0 && axis < static_cast<std::int64_t>(constant.dims.size()) &&
                    constant.dims[static_cast<std::size_t>(axis)] ==
                        static_cast<std::int64_t>(steps.scales.size()),
                std::to_string(steps.scales.size()) + " scales along dimension " +
                    std::to_string(axis) + " of " + dims_text(constant.dims));
    return static_cast<std::size_t>(axis);
}

}  // namespace

void read_quantize(GraphReader& reader, const OnnxNode& node) {
    const Steps steps = steps_of(reader, node);
    if (reader.constant_at(node, 0)) {
        OnnxConstant value = reader.constant(node, 0, "constants");
        node.expect(
            value.real() && (steps.type == TensorProto::INT8 || steps.type == TensorProto::UINT8),
            "constants: expected floats, to int8 or uint8");
        value.axis = axis_of(node, value, steps);
        value.scales = steps.scales;
        const double least = steps.type == TensorProto::INT8 ? -128.0 : 0.0;
        for (std::size_t i = 0; i < value.reals.size(); ++i) {
            const std::size_t at = value.scale_of(i);
            const double rounded =
                std::nearbyint(static_cast<double>(value.reals[i] / steps.scales[at])) +
                static_cast<double>(steps.zeros[at]);
            node.expect(!std::isnan(rounded), "constants: not finite");
            value.integers.push_back(
                static_cast<std::int64_t>(std::clamp(rounded, least, least + 255.0)));
        }
        value.type = steps.type;
        value.reals.clear();
        value.scales.clear();
        return reader.write(node, std::move(value));
    }
    GraphReader::Flow flow = reader.flow(node);
    reader.quantize(node, flow, params_of(node, steps));
    reader.write(node, std::move(flow));
}

void read_dequantize(GraphReader& reader, const OnnxNode& node) {
    Steps steps = steps_of(reader, node);
    if (reader.constant_at(node, 0)) {
        OnnxConstant value = reader.constant(node, 0, "constants");
        node.expect(!value.real() && !value.dequantized(), "constants: floats already");
        value.axis = axis_of(node, value, steps);
        value.scales = steps.scales;
        value.zeros = steps.zeros;
        for (std::size_t i = 0; i < value.integers.size(); ++i) {
            const std::size_t at = value.scale_of(i);
            value.reals.push_back(static_cast<float>(value.integers[i] - value.zeros[at]) *
                                  value.scales[at]);
        }
        return reader.write(node, std::move(value));
    }
    GraphReader::Flow flow = reader.flow(node, 0, true);
    node.expect(flow.stored, "reads floats, expected quantized values");
    const QuantParams own = params_of(node, steps);
    std::optional<QuantParams>& params = reader.params(flow.value);
    if (!params) {
        node.expect(flow.value == 0, "reads a map that was not quantized");
        params = own;
    }
    node.expect(*params == own, "other parameters than its values were quantized with");
    flow.stored = false;
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
