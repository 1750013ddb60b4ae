// The oracle's arithmetic for the layer kinds that only imported files hold, as TFLite's int8
// reference kernels do it. Integers only.
#pragma once

#include <cstdint>
#include <vector>

#include "export/quantize/quantized_network.hpp"

namespace nanonas::exporting {

/// Maps are [height][width][channels]; `output` has the layer's output size.
void run_layer(const QuantizedRequantize& layer, const std::vector<std::int8_t>& input,
               std::vector<std::int8_t>& output);
void run_layer(const QuantizedMul& layer, const std::vector<std::int8_t>& input,
               std::vector<std::int8_t>& output);
void run_layer(const QuantizedAdd& layer, const std::vector<std::int8_t>& input,
               std::vector<std::int8_t>& output);
void run_layer(const QuantizedMean& layer, const std::vector<std::int8_t>& input,
               std::vector<std::int8_t>& output);
/// Exponentials and the sum's reciprocal in fixed point.
void run_layer(const QuantizedSoftmax& layer, const std::vector<std::int8_t>& input,
               std::vector<std::int8_t>& output);

}  // namespace nanonas::exporting
