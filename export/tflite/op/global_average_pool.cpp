#include <algorithm>
#include <limits>

#include "export/int8/multiplier.hpp"
#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/op/pool.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

/// Sums of this many values of up to 255 stay inside int32.
constexpr std::int64_t kMostPositions = std::numeric_limits<std::int32_t>::max() / 255;

/// Its mean is itself: nothing is written.
bool one_pixel(const space::Node& node) {
    return node.input.height == 1 && node.input.width == 1;
}

TfliteOperator average_pool_2d(const space::Node& node) {
    const std::int64_t height = node.input.height, width = node.input.width;
    return pool_node(tflite::BuiltinOperator::AVERAGE_POOL_2D,
                     {height, width, height, width, space::Padding::kValid});
}

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    if (!layer.constants.multipliers.empty()) {
        TfliteOperator node;
        node.kind = tflite::BuiltinOperator::MEAN;
        node.version = 2;
        const std::int32_t axes =
            builder.constant(int32_tensor(layer.node.name + ".axes", {2}, {1, 2}));
        return builder.add(std::move(node), {axes}, layer.node.name, map_shape(layer.node.output),
                           layer.out);
    }
    if (!one_pixel(layer.node)) {
        TfliteOperator node = average_pool_2d(layer.node);
        node.version = kInt8Pool;
        builder.add(std::move(node), layer.node.name, map_shape(layer.node.output));
    }
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    if (!one_pixel(node)) {
        builder.add(average_pool_2d(node), {}, node.name, map_shape(node.output));
    }
}

void price(std::vector<tflm::Operator>& operators, const space::Node& node) {
    if (!one_pixel(node)) {
        operators.push_back({tflm::NodeKind::kAveragePool,
                             "AddAveragePool2D",
                             node.name,
                             node.input,
                             node.output,
                             {}});
    }
}

}  // namespace

TfliteOp tflite_op(const space::GlobalAveragePool&) {
    return {write_int8, write_float, price};
}

void read_average_pool_2d(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(1, 1);
    reader.flowing(op);
    const auto& options = op.options<tflite::Pool2DOptions>();
    const space::Shape& map = reader.shape();
    const bool whole = options.filter_height() == map.height && options.filter_width() == map.width;
    const bool one_window =
        options.padding() == tflite::Padding::VALID
            ? options.stride_h() >= 1 && options.stride_w() >= 1
            : options.stride_h() >= map.height && options.stride_w() >= map.width;
    const bool relu = read_pool_relu(reader, op, options);
    LayerReader::Layer layer{{}, space::GlobalAveragePool{}};
    layer.out = reader.params();
    if (whole && one_window) {
        reader.advance(op, {1, 1, map.channels});
    } else {
        const auto pool = space::AveragePool2d::of(read_pool_window(reader, op, options));
        layer.op = pool;
        reader.advance(op, reader.output_shape(op, pool));
    }
    const std::string name = layer.name = reader.name_of(op, "average");
    reader.push(std::move(layer));
    if (relu) {
        clamp_pool(reader, name);
    }
}

void read_mean(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(2, 2);
    const std::size_t rank = reader.flowing(op).shape().size();
    std::vector<std::int32_t> axes = op.input(1, "axes").int32_values();
    for (std::int32_t& axis : axes) {
        axis += axis < 0 ? static_cast<std::int32_t>(rank) : 0;
    }
    std::sort(axes.begin(), axes.end());
    // Of three dimensions the map is one row.
    const bool row = rank == 3 && axes == std::vector<std::int32_t>{1};
    if (!row && (rank != 4 || axes != std::vector<std::int32_t>{1, 2})) {
        op.fail("expected the mean of a map over its height and width (axes 1 and 2)");
    }
    const std::int64_t count = reader.shape().height * reader.shape().width;
    if (count > kMostPositions) {
        op.fail("sums " + std::to_string(count) + " positions, which could overflow int32");
    }
    LayerReader::Layer layer{{}, space::GlobalAveragePool{}};
    op.output().expect_type(tflite::TensorType::INT8);
    layer.out = op.output().params();
    FixedMultiplier scaled = reader.multiplier(
        op, static_cast<double>(reader.params().scale) / static_cast<double>(layer.out.scale));
    // 1 / count goes into the multiplier, scaled up first so that no bit of it is lost.
    int up = 63;
    while ((count >> up) == 0) {
        --up;
    }
    up = std::min({up, 32, 31 + scaled.shift});
    if (up < 0) {
        scaled = {0, 0};
    } else {
        scaled.m0 = static_cast<std::int32_t>((std::int64_t{scaled.m0} << up) / count);
        scaled.shift -= up;
    }
    layer.constants.multipliers = {scaled};
    reader.advance(op, {1, 1, reader.shape().channels});
    layer.name = reader.name_of(op, "average");
    reader.push(std::move(layer));
}

namespace tflm {

KernelNeeds average_pool_2d_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.pool_params;
    needs.params_alignment = kInt;
    needs.data = query.cmsis() ? query.structs.cmsis_pool_data : query.structs.pool_data;
    needs.temporaries = query.tensors();
    if (query.kernels != Kernels::kReference) {
        append(needs.temporaries, query.tensors());  // once more
    }
    if (query.kernels == Kernels::kCmsisDsp) {
        // arm_avgpool_s8_get_buffer_size: a sum per channel.
        needs.scratches = {kInt * query.output().dims.back()};
    }
    return needs;
}

KernelNeeds mean_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.mean_params;
    needs.params_alignment = 1;
    needs.data = query.structs.mean_data;
    // PrepareMeanOrSumHelper, then PrepareSimple inside it.
    needs.temporaries = query.tensors();
    append(needs.temporaries, query.tensors());
    needs.scratches = {kInt * query.output().elements(), kInt * query.input(1).elements(),
                       kInt * static_cast<Bytes>(query.input(0).dims.size())};
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
