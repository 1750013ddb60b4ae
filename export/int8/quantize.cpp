#include "export/int8/quantize.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "export/int8/multiplier.hpp"
#include "export/int8/ranges.hpp"
#include "export/int8/round_linear.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

constexpr double kWeightSteps = 127.0;
// A channel whose weights are this much smaller than the layer's largest is rounded to nothing: its
// steps would be too fine for a multiplier, and its output is its bias.
constexpr double kSmallestChannel = 0x1p-24;
// |acc| <= taps * 255 * 127 + |bias|, both halves held under 2^30.
constexpr double kLargestHalf = 0x1p30;
// An output step is larger than an accumulator step: M < 1, so no left shift can overflow, and
// nothing is lost that the accumulator knew.
constexpr double kStepMargin = 1.001;
// Step of an activation that never moves, where the layer asks for no larger one.
constexpr float kSmallestStep = 1e-12F;

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

/// Scale of each output channel's weights; one for all in a dense layer, whose int8 kernels on
/// microcontrollers know no other.
std::vector<float> weight_scales(const FloatLinear& layer, double in_scale) {
    const std::size_t taps = size(layer.taps());
    std::vector<double> peaks(layer.bias.size(), 0.0);
    for (std::size_t o = 0; o < peaks.size(); ++o) {
        for (std::size_t tap = 0; tap < taps; ++tap) {
            peaks[o] =
                std::max(peaks[o], std::abs(static_cast<double>(layer.weights[o * taps + tap])));
        }
    }
    const double peak = *std::max_element(peaks.begin(), peaks.end());
    // The step of an accumulator, too, is a normal float: files carry it as the bias's scale.
    constexpr auto kSmallest = static_cast<double>(std::numeric_limits<float>::min());
    const double least = std::max(
        {peak / kWeightSteps * kSmallestChannel, kSmallest, kStepMargin * kSmallest / in_scale});
    std::vector<float> scales;
    for (std::size_t o = 0; o < peaks.size(); ++o) {
        // Twice what the bias needs: its rounding, and the scale's own, stay inside.
        const double for_bias =
            2.0 * std::abs(static_cast<double>(layer.bias[o])) / (in_scale * kLargestHalf);
        const double scale = std::max({peaks[o] / kWeightSteps, least, for_bias});
        if (!(scale * in_scale < std::numeric_limits<float>::max())) {
            throw ExportError("layer '" + layer.name + "': its weights are too large to round");
        }
        scales.push_back(static_cast<float>(scale));
    }
    if (layer.dense) {
        scales.assign(scales.size(), *std::max_element(scales.begin(), scales.end()));
    }
    return scales;
}

}  // namespace

QuantParams input_params(const space::Preprocess& preprocess) {
    if (!std::isnormal(preprocess.scale) || preprocess.scale < 0.0F || preprocess.mean < 0 ||
        preprocess.mean > 255) {
        throw ExportError("pre-processing needs a positive scale and a mean in [0, 255]");
    }
    return {preprocess.scale, preprocess.mean - 128};
}

RoundedNode round_linear(const FloatLinear& layer, const Range& range, const QuantParams& in) {
    if (static_cast<double>(layer.taps()) * 255.0 * kWeightSteps >= kLargestHalf) {
        throw ExportError("layer '" + layer.name + "': " + std::to_string(layer.taps()) +
                          " inputs per output could overflow an int32 accumulator");
    }
    RoundedNode result;
    Int8Constants& rounded = result.constants;
    rounded.one_rounding = layer.dense;
    const double in_scale = static_cast<double>(in.scale);
    rounded.weight_scales = weight_scales(layer, in_scale);

    const std::size_t taps = size(layer.taps());
    const double coarsest = static_cast<double>(
        *std::max_element(rounded.weight_scales.begin(), rounded.weight_scales.end()));
    result.out = params_of(
        range, std::max(static_cast<float>(in_scale * coarsest * kStepMargin), kSmallestStep));
    if (layer.relu) {
        rounded.clamp_min = static_cast<std::int8_t>(result.out.zero_point);
    }
    rounded.clamp_max = steps_of(layer.ceiling, result.out);
    for (std::size_t o = 0; o < layer.bias.size(); ++o) {
        const double scale = static_cast<double>(rounded.weight_scales[o]);
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const double steps =
                std::round(static_cast<double>(layer.weights[o * taps + tap]) / scale);
            rounded.weights.push_back(
                static_cast<std::int8_t>(std::clamp(steps, -kWeightSteps, kWeightSteps)));
        }
        const double acc_step = in_scale * scale;
        rounded.bias.push_back(
            static_cast<std::int32_t>(std::lround(static_cast<double>(layer.bias[o]) / acc_step)));
        rounded.multipliers.push_back(fixed_multiplier(
            scale_ratio(in.scale, rounded.weight_scales[o], result.out.scale, layer.dense)));
    }
    return result;
}

Int8Network quantize(const space::TrainedNetwork& trained, const space::ImageView& images,
                     const std::vector<std::int64_t>& rows, const QuantizeOptions& options) {
    return quantize(trained, observe_ranges(float_network(trained), images, rows, options.threads));
}

Int8Network quantize(const space::TrainedNetwork& trained, const std::vector<Range>& ranges) {
    Int8Network quantized = quantize(float_network(trained), ranges);
    quantized.labels = trained.labels;
    quantized.provenance = trained.provenance;
    return quantized;
}

Int8Network quantize(const FloatNetwork& exact, const std::vector<Range>& ranges) {
    const std::vector<space::Node>& nodes = exact.network.nodes;
    if (ranges.size() != nodes.size()) {
        throw ExportError(std::to_string(ranges.size()) + " activation ranges for " +
                          std::to_string(nodes.size()) + " layers");
    }

    Int8Network quantized;
    quantized.values.push_back(input_params(exact.preprocess));
    quantized.preprocess = exact.preprocess;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const space::Node& node = nodes[i];
        std::vector<QuantParams> in;
        for (const space::Value value : node.inputs) {
            in.push_back(quantized.values[value]);
        }
        RoundedNode rounded = int8_op(node).round(exact, node, ranges[i], in);
        quantized.constants.push_back(std::move(rounded.constants));
        quantized.values.push_back(rounded.out);
    }
    quantized.network = exact.network;
    return quantized;
}

}  // namespace nanonas::exporting
