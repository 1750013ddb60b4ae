#include "export/native/c_model.hpp"

#include <string>

#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

[[noreturn]] void refuse(const std::string& layer, const std::string& why) {
    throw ExportError("C source: layer '" + layer + "': " + why);
}

void check_kinds(const QuantizedNetwork& network) {
    const auto refuse_kind = [](const auto& layer) {
        refuse(layer.name, "a " + kind_name(layer) +
                               " of an imported file, which the generated C has no kernel for");
    };
    for (const QuantizedLayer& layer : network.layers) {
        std::visit(space::Overloaded{
                       [](const QuantizedLinear&) {},
                       [](const QuantizedMaxPool&) {},
                       [](const QuantizedAveragePool&) {},
                       [&](const QuantizedRequantize& kind) { refuse_kind(kind); },
                       [&](const QuantizedMul& kind) { refuse_kind(kind); },
                       [&](const QuantizedAdd& kind) { refuse_kind(kind); },
                       [&](const QuantizedMean& kind) { refuse_kind(kind); },
                       [&](const QuantizedSoftmax& kind) { refuse_kind(kind); },
                   },
                   layer);
    }
}

template <typename Kind>
const Kind& layer_as(const QuantizedNetwork& network, std::size_t index, const char* expected) {
    const Kind* layer =
        index < network.layers.size() ? std::get_if<Kind>(&network.layers[index]) : nullptr;
    if (layer == nullptr) {
        throw ExportError("C source: quantized layer " + std::to_string(index) + " should be " +
                          expected);
    }
    return *layer;
}

void check_linear(const QuantizedLinear& layer, const space::Shape& input, std::int64_t out,
                  bool dense, const QuantParams& arriving) {
    const std::int64_t kernel = dense ? 1 : StreamingPlan::kKernel;
    if (layer.dense != dense || layer.kernel != kernel || layer.input != input ||
        layer.output.channels != out) {
        refuse(layer.name, "is not the " + std::to_string(kernel) + "x" + std::to_string(kernel) +
                               " layer from " + to_string(input) + " to " + std::to_string(out) +
                               " channels that the source network has here");
    }
    const auto outs = static_cast<std::size_t>(out);
    if (layer.weights.size() != outs * static_cast<std::size_t>(kernel * kernel * input.channels) ||
        layer.bias.size() != outs || layer.multipliers.size() != outs ||
        layer.weight_scales.size() != outs) {
        refuse(layer.name, "has tables of the wrong size");
    }
    if (!(layer.in == arriving)) {
        refuse(layer.name, "reads other quantization parameters than arrive from the layer before");
    }
    for (const FixedMultiplier& multiplier : layer.multipliers) {
        if (multiplier.m0 < 0 || multiplier.shift < -31 || multiplier.shift > 30) {
            refuse(layer.name,
                   "has a multiplier outside M = m0 2^(shift - 31), m0 >= 0, shift in "
                   "[-31, 30]");
        }
    }
    if (layer.one_rounding != dense) {
        refuse(layer.name,
               "is requantized with another number of roundings than the generated C: "
               "one in a dense layer, two in a convolution");
    }
    if (layer.clamp_min > layer.clamp_max) {
        refuse(layer.name, "has an empty output range");
    }
}

}  // namespace

CModel read_c_model(const QuantizedNetwork& network) {
    check_kinds(network);
    CModel model{plan_streaming(network.source), {}, nullptr};
    // Two bytes each, in the offset of a load.
    constexpr std::int64_t kMostChannels = 2047;
    // Sums of this many values of up to 255 stay inside int32.
    constexpr std::int64_t kMostPositions = 8'000'000;
    std::size_t index = 0;
    QuantParams arriving = network.input;
    for (const StreamingStage& stage : model.plan.stages) {
        const auto& conv = layer_as<QuantizedLinear>(network, index++, "a convolution");
        check_linear(conv, stage.input, stage.output.channels, false, arriving);
        if (stage.output.channels > kMostChannels) {
            refuse(conv.name, "has more than 2047 channels");
        }
        if (stage.pool) {
            const auto& pool = layer_as<QuantizedMaxPool>(network, index++, "a 2x2 pool");
            if (pool.size != 2 || pool.output != stage.output) {
                refuse(pool.name, "is not the 2x2 pool of the source network");
            }
        }
        arriving = conv.out;
        model.convs.push_back(&conv);
    }
    const auto& average = layer_as<QuantizedAveragePool>(network, index++, "the global average");
    if (average.input != model.plan.stages.back().output) {
        refuse(average.name, "does not read the map that the source network gives it");
    }
    if (average.input.height * average.input.width > kMostPositions) {
        refuse(average.name, "averages more than 8,000,000 positions");
    }
    model.dense = &layer_as<QuantizedLinear>(network, index++, "the dense layer");
    check_linear(*model.dense, average.output, model.plan.classes, true, arriving);
    if (index != network.layers.size()) {
        throw ExportError("C source: " + std::to_string(network.layers.size() - index) +
                          " quantized layers behind the dense layer");
    }
    return model;
}

}  // namespace nanonas::exporting
