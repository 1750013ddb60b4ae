// The oracle's arithmetic of the operators that change one value at a time, and of softmax, as
// TFLite's int8 reference kernels do it. Integers only. Maps are [height][width][channels];
// `output` has the layer's output size.
#pragma once

#include <cstdint>
#include <vector>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Relu and Requantize.
void run_requantize(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                    std::vector<std::int8_t>& output);
void run_channel_mul(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                     std::vector<std::int8_t>& output);
void run_channel_add(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                     std::vector<std::int8_t>& output);
/// The mean over height and width at other parameters than the map's.
void run_requantizing_mean(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                           std::vector<std::int8_t>& output);

/// The multiplier of a Softmax node: a step of its input times beta, as a difference in Q5.26.
FixedMultiplier softmax_multiplier(float beta, float scale);
/// Exponentials and the sum's reciprocal in fixed point.
void run_softmax(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                 std::vector<std::int8_t>& output);

}  // namespace nanonas::exporting
