#include "export/int8/calibrate_sums.hpp"

#include <algorithm>

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

}  // namespace

LayerSums::LayerSums(const Int8Layer& layer)
    : kernel_(layer.kernel()),
      input_(layer.node.input),
      output_(layer.node.output),
      zero_point_(layer.in.zero_point),
      weights_(layer.constants.weights.size()),
      bias_(layer.constants.bias) {
    const std::size_t outputs = bias_.size();
    const std::vector<std::int8_t>& weights = layer.constants.weights;
    const std::size_t taps = weights.size() / outputs;
    for (std::size_t out = 0; out < outputs; ++out) {
        for (std::size_t tap = 0; tap < taps; ++tap) {
            weights_[tap * outputs + out] = weights[out * taps + tap];
        }
    }
}

void LayerSums::run(const std::vector<std::int8_t>& input, std::vector<std::int32_t>& sums) const {
    const std::int64_t half = kernel_ / 2;
    const std::size_t outputs = bias_.size();
    sums.resize(size(output_.elements()));
    std::int32_t* sum = sums.data();
    for (std::int64_t y = 0; y < output_.height; ++y) {
        const std::int64_t top = std::max<std::int64_t>(0, half - y);
        const std::int64_t bottom = std::min(kernel_, input_.height + half - y);
        for (std::int64_t x = 0; x < output_.width; ++x, sum += outputs) {
            const std::int64_t left = std::max<std::int64_t>(0, half - x);
            const std::int64_t right = std::min(kernel_, input_.width + half - x);
            std::copy(bias_.begin(), bias_.end(), sum);
            for (std::int64_t ky = top; ky < bottom; ++ky) {
                // The taps of one row lie side by side in the map as in the weights.
                const std::int64_t run = (right - left) * input_.channels;
                const std::int8_t* values =
                    input.data() +
                    ((y + ky - half) * input_.width + x + left - half) * input_.channels;
                const std::int32_t* weights =
                    weights_.data() + size((ky * kernel_ + left) * input_.channels) * outputs;
                for (std::int64_t tap = 0; tap < run; ++tap, weights += outputs) {
                    const std::int32_t value = values[tap] - zero_point_;
                    for (std::size_t out = 0; out < outputs; ++out) {
                        sum[out] += value * weights[out];
                    }
                }
            }
        }
    }
}

void requantize_sums(const Int8Layer& layer, const std::vector<std::int32_t>& sums,
                     std::vector<std::int8_t>& output) {
    const std::size_t outputs = layer.constants.multipliers.size();
    output.resize(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        output[i] = requantized_output(layer, i % outputs, sums[i]);
    }
}

}  // namespace nanonas::exporting
