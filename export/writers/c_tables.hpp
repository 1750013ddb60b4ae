// Tables of numbers and strings as C text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/quantize/quantized_network.hpp"

namespace nanonas::exporting {

/// `static const <type> <name>[n] = {...};`
std::string c_table(const std::string& type, const std::string& name,
                    const std::vector<std::int32_t>& values);

/// Convolution weights [out][3][3 * in]; each full group of four of a row of taps goes through the
/// macro W4, which orders it for the core it is compiled for.
std::string c_weight_table(const std::string& name, const QuantizedLinear& layer);

/// `<name>_weights` (dense layers, in plain order), `_bias`, `_multiplier` and `_shift`.
std::string c_linear_tables(const std::string& name, const QuantizedLinear& layer);

/// A whole number that can stand anywhere in an expression: `(-3)`.
std::string c_number(std::int64_t value);

/// A string literal in 7-bit ASCII; other bytes are escaped.
std::string c_string(const std::string& text);

}  // namespace nanonas::exporting
