#include "export/native/c_model.hpp"

#include <string>

#include "export/other_ops.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

[[noreturn]] void refuse(const std::string& layer, const std::string& why) {
    throw ExportError("C source: layer '" + layer + "': " + why);
}

/// Whether the generated C can run the layer, in the right place of a network.
bool has_kernel(const Int8Layer& layer) {
    return std::visit(
        space::Overloaded{
            [](const space::Conv2d&) { return true; },
            [](const space::Dense&) { return true; },
            [](const space::MaxPool2d&) { return true; },
            [&](const space::GlobalAveragePool&) { return layer.constants.multipliers.empty(); },
            OtherOps{[] { return false; }},
        },
        layer.node.op);
}

template <typename Op>
Int8Layer layer_as(const Int8Network& network, std::size_t index, const char* expected) {
    if (index >= network.constants.size() ||
        !std::holds_alternative<Op>(network.network.nodes[index].op)) {
        throw ExportError("C source: quantized layer " + std::to_string(index) + " should be " +
                          expected);
    }
    return layer_of(network, index);
}

void check_pool(const Int8Layer& layer) {
    if (!(layer.in == layer.out)) {
        refuse(layer.node.name, "writes other quantization parameters than it reads");
    }
}

void check_linear(const Int8Layer& seen) {
    const std::string& name = seen.node.name;
    const Int8Constants& layer = seen.constants;
    const std::int64_t out = seen.node.output.channels;
    const std::int64_t taps = seen.kernel() * seen.kernel() * seen.node.input.channels;
    const auto outs = static_cast<std::size_t>(out);
    if (layer.weights.size() != outs * static_cast<std::size_t>(taps) ||
        layer.bias.size() != outs || layer.multipliers.size() != outs ||
        layer.weight_scales.size() != outs) {
        refuse(name, "has tables of the wrong size");
    }
    for (const FixedMultiplier& multiplier : layer.multipliers) {
        if (multiplier.m0 < 0 || multiplier.shift < -31 || multiplier.shift > 30) {
            refuse(name,
                   "has a multiplier outside M = m0 2^(shift - 31), m0 >= 0, shift in "
                   "[-31, 30]");
        }
    }
    if (layer.one_rounding != seen.dense()) {
        refuse(name,
               "is requantized with another number of roundings than the generated C: "
               "one in a dense layer, two in a convolution");
    }
    if (layer.clamp_min > layer.clamp_max) {
        refuse(name, "has an empty output range");
    }
}

}  // namespace

std::optional<Int8Layer> without_c_kernel(const Int8Network& network) {
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const Int8Layer layer = layer_of(network, i);
        if (!has_kernel(layer)) {
            return layer;
        }
    }
    return std::nullopt;
}

CModel read_c_model(const Int8Network& network) {
    if (const std::optional<Int8Layer> layer = without_c_kernel(network)) {
        refuse(layer->node.name,
               "a " + kind_name(*layer) +
                   " of an imported file, which the generated C has no kernel for");
    }
    const StreamingPlan plan = plan_streaming(network.network);
    // Two bytes each, in the offset of a load.
    constexpr std::int64_t kMostChannels = 2047;
    // Sums of this many values of up to 255 stay inside int32.
    constexpr std::int64_t kMostPositions = 8'000'000;
    std::vector<Int8Layer> convs;
    std::size_t index = 0;
    for (const StreamingStage& stage : plan.stages) {
        const Int8Layer conv = layer_as<space::Conv2d>(network, index++, "a convolution");
        check_linear(conv);
        if (stage.output.channels > kMostChannels) {
            refuse(conv.node.name, "has more than 2047 channels");
        }
        if (stage.pool) {
            check_pool(layer_as<space::MaxPool2d>(network, index++, "a 2x2 pool"));
        }
        convs.push_back(conv);
    }
    const Int8Layer mean =
        layer_as<space::GlobalAveragePool>(network, index++, "the global average");
    check_pool(mean);
    const space::Node& average = mean.node;
    if (average.input.height * average.input.width > kMostPositions) {
        refuse(average.name, "averages more than 8,000,000 positions");
    }
    const Int8Layer dense = layer_as<space::Dense>(network, index++, "the dense layer");
    check_linear(dense);
    if (index != network.constants.size()) {
        throw ExportError("C source: " + std::to_string(network.constants.size() - index) +
                          " quantized layers behind the dense layer");
    }
    return {plan, std::move(convs), dense};
}

}  // namespace nanonas::exporting
