#include "export/native/op/linear.hpp"

#include <algorithm>
#include <utility>

#include "export/native/c_tables.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

void check_linear(const Int8Layer& seen) {
    const std::string& name = seen.node.name;
    const Int8Constants& layer = seen.constants;
    const std::int64_t out = seen.node.output.channels;
    const bool depthwise = std::holds_alternative<space::DepthwiseConv2d>(seen.node.op);
    const std::int64_t taps = seen.window().area() * (depthwise ? 1 : seen.node.input.channels);
    const auto outs = static_cast<std::size_t>(out);
    if (layer.weights.size() != outs * static_cast<std::size_t>(taps) ||
        layer.bias.size() != outs || layer.multipliers.size() != outs ||
        layer.weight_scales.size() != outs) {
        refuse_c_layer(name, "has tables of the wrong size");
    }
    for (const FixedMultiplier& multiplier : layer.multipliers) {
        if (multiplier.m0 < 0 || multiplier.shift < -31 || multiplier.shift > 30) {
            refuse_c_layer(name,
                           "has a multiplier outside M = m0 2^(shift - 31), m0 >= 0, shift in "
                           "[-31, 30]");
        }
    }
    if (layer.one_rounding != seen.dense()) {
        refuse_c_layer(name,
                       "is requantized with another number of roundings than the generated C: "
                       "one in a dense layer, two in a convolution");
    }
    if (layer.clamp_min > layer.clamp_max) {
        refuse_c_layer(name, "has an empty output range");
    }
}

void plan_window(StreamingPlanner& planner, const space::Node& layer, std::int64_t multiplier) {
    // In uint16 of the generated C.
    constexpr std::int64_t kMostValues = 65'535;
    StreamingStage stage{layer.name, layer.end.empty() ? layer.name : layer.end, layer.input,
                         layer.output};
    stage.window = space::window_of(layer.op);
    stage.multiplier = multiplier;
    if (stage.any_window()) {
        stage.ring_rows = stage.window.height;
        const std::int64_t columns =
            std::max({stage.border(), stage.window.width, stage.window.stride_width});
        if (columns * layer.input.channels > kMostValues) {
            throw NetworkError("layer '" + layer.name + "': a window of " +
                               to_string(stage.window) + " over " +
                               std::to_string(layer.input.channels) +
                               " channels is wider than the native runtime's 65535 values");
        }
    }
    planner.plan.stages.push_back(std::move(stage));
    planner.step = StreamingPlanner::Step::kConv;
}

void check_stage(const Int8Layer& layer) {
    // Two bytes each, in the offset of a load.
    constexpr std::int64_t kMostChannels = 2047;
    check_linear(layer);
    if (layer.node.output.channels > kMostChannels) {
        refuse_c_layer(layer.node.name, "has more than 2047 channels");
    }
}

void stage_tables(CTables& out, const Int8Layer& layer) {
    const StreamingStage& stage = out.model.plan.stages[out.stage];
    out.text += c_linear_tables("conv_" + std::to_string(out.stage), layer,
                                out.numbers.stages[out.stage].bias, out.numbers.quick,
                                stage.any_window()    ? CWeights::kPlain
                                : stage.one_channel() ? CWeights::kPairsAndOneChannel
                                                      : CWeights::kPairs);
    ++out.stage;
}

const StreamingStage& charge_tables(NativeBill& bill, const space::Node& node) {
    const StreamingStage& stage = bill.plan.stages[bill.stage++];
    bill.flash.push_back({node.name + " weights", aligned_table(stage.weight_table_bytes())});
    bill.flash.push_back({node.name + " tables", channel_tables(stage.output.channels)});
    return stage;
}

}  // namespace nanonas::exporting
