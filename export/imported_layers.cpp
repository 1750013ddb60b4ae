#include "export/imported_layers.hpp"

#include <algorithm>

#include "export/quantize/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using Map = std::vector<std::int8_t>;

/// Bits that ADD gives both sides before it rescales them.
constexpr int kAddLeftShift = 20;

template <typename Kind>
std::int8_t clamped(const Kind& layer, std::int32_t scaled) {
    // Wide: a saturated product plus the zero point leaves int32.
    const std::int64_t value = std::int64_t{scaled} + layer.out.zero_point;
    return static_cast<std::int8_t>(
        std::clamp<std::int64_t>(value, layer.clamp_min, layer.clamp_max));
}

}  // namespace

void run_layer(const QuantizedRequantize& layer, const Map& input, Map& output) {
    for (std::size_t i = 0; i < input.size(); ++i) {
        output[i] = clamped(layer, requantize(input[i] - layer.in.zero_point, layer.multiplier));
    }
}

void run_layer(const QuantizedMul& layer, const Map& input, Map& output) {
    const std::size_t channels = layer.factors.size();
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::int32_t factor = layer.factors[i % channels] - layer.factor.zero_point;
        output[i] =
            clamped(layer, requantize((input[i] - layer.in.zero_point) * factor, layer.multiplier));
    }
}

void run_layer(const QuantizedAdd& layer, const Map& input, Map& output) {
    const std::size_t channels = layer.addends.size();
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::int32_t value = (input[i] - layer.in.zero_point) * (1 << kAddLeftShift);
        const std::int32_t addend =
            (layer.addends[i % channels] - layer.addend.zero_point) * (1 << kAddLeftShift);
        const std::int32_t sum =
            requantize(value, layer.in_multiplier) + requantize(addend, layer.addend_multiplier);
        output[i] = clamped(layer, requantize(sum, layer.out_multiplier));
    }
}

void run_layer(const QuantizedMean& layer, const Map& input, Map& output) {
    const std::int64_t count = layer.input.height * layer.input.width;
    for (std::int64_t channel = 0; channel < layer.input.channels; ++channel) {
        std::int32_t sum = 0;
        for (std::int64_t pixel = 0; pixel < count; ++pixel) {
            sum += input[static_cast<std::size_t>(pixel * layer.input.channels + channel)] -
                   layer.in.zero_point;
        }
        const std::int64_t value =
            std::int64_t{requantize(sum, layer.multiplier)} + layer.out.zero_point;
        output[static_cast<std::size_t>(channel)] =
            static_cast<std::int8_t>(std::clamp<std::int64_t>(value, -128, 127));
    }
}

}  // namespace nanonas::exporting
