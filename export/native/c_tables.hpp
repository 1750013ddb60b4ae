// Tables of numbers and strings as C text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// `static const <type> <name>[n] = {...};`
std::string c_table(const std::string& type, const std::string& name,
                    const std::vector<std::int32_t>& values);

/// Convolution weights by pairs of output channels: [pair][3][3 * in][2], each row of taps padded
/// with a tap of 0 when their number is odd. An odd last channel is [3][3 * in]; each full group of
/// four of its row goes through the macro W4, which orders it for the core it is compiled for.
std::string c_weight_table(const std::string& name, const Int8Layer& layer);

/// Those of one input channel for the DSP kernel: [out][3][4], a row of taps k0 k1 k2 as k0 k1 k1
/// k2.
std::string c_one_channel_table(const std::string& name, const Int8Layer& layer);

/// How the weights of a convolution lie: as c_weight_table(), both as that and as
/// c_one_channel_table(), of which the compiler takes one, or as the int8 network holds them.
enum class CWeights { kPairs, kPairsAndOneChannel, kPlain };

/// Of a convolution: `<name>_weights`, `_bias` (as given), `_multiplier` and `_shift` (to
/// the left when positive, unless they are asked for as shifts to the right).
std::string c_linear_tables(const std::string& name, const Int8Layer& layer,
                            const std::vector<std::int32_t>& bias, bool right_shifts,
                            CWeights weights);

/// Of a dense layer: `<name>_weights` ([out][in]), `_bias`, and its CFactors: `_factor` ([out][2],
/// the low word first) and `_shift`.
std::string c_dense_tables(const std::string& name, const Int8Layer& layer);

/// A whole number that can stand anywhere in an expression: `(-3)`.
std::string c_number(std::int64_t value);

/// A string literal in 7-bit ASCII; other bytes are escaped.
std::string c_string(const std::string& text);

/// The table of class names, numbers where there are none.
std::string labels_text(const std::vector<std::string>& labels, std::int64_t classes);

}  // namespace nanonas::exporting
