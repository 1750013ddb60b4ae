// The int8 network: integers only, as TFLite's int8 specification defines them (Jacob et al. 2018).
//
// r = S (q - Z). Activations: per tensor, Z in [-128, 127], the range contains 0. Weights: per
// output channel, symmetric, [-127, 127]. Bias: int32 at S_in * S_w, Z = 0. Accumulators: int32.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "space/network.hpp"
#include "space/preprocess.hpp"

namespace nanonas::exporting {

struct QuantParams {
    float scale = 1.0F;
    std::int32_t zero_point = 0;

    friend bool operator==(const QuantParams& a, const QuantParams& b) {
        return a.scale == b.scale && a.zero_point == b.zero_point;
    }
};

/// M = m0 * 2^-31 * 2^shift, m0 in [2^30, 2^31) (or 0 when M is 0); shift > 0 is to the left.
struct FixedMultiplier {
    std::int32_t m0 = 0;
    std::int32_t shift = 0;
};

/// Convolution (kernel x kernel, stride 1, same padding with Z_in) or dense layer (kernel 1 on a
/// 1x1 map), batch norm folded, ReLU fused as a clamp.
struct QuantizedLinear {
    std::string name;
    bool dense = false;
    std::int64_t kernel = 3;
    space::Shape input, output;
    std::vector<std::int8_t> weights;          ///< [out][kernel][kernel][in]
    std::vector<std::int32_t> bias;            ///< [out]
    std::vector<float> weight_scales;          ///< [out]
    std::vector<FixedMultiplier> multipliers;  ///< [out], S_in * S_w[out] / S_out
    QuantParams in, out;
    std::int8_t clamp_min = -128, clamp_max = 127;  ///< ReLU: clamp_min = Z_out
    /// Requantized by the scales in double and with one rounding, halves away from zero, instead of
    /// by `multipliers` and with two, as LiteRT's reference kernel of a dense layer does since
    /// TensorFlow 2.14 or later (2.13 rounds twice, as microcontroller kernels do): so does every
    /// dense layer of quantize() (docs/decisions/006-double-rounding.md).
    bool one_rounding = false;
};

struct QuantizedMaxPool {
    std::string name;
    std::int64_t size = 2;
    space::Shape input, output;
};

/// Mean, rounding half away from zero; same parameters in and out.
struct QuantizedAveragePool {
    std::string name;
    space::Shape input, output;
};

// The following kinds come from imported files only: quantize() folds or leaves out what they do.

/// The same values at other parameters, and a ReLU of its own.
struct QuantizedRequantize {
    std::string name;
    space::Shape input, output;
    QuantParams in, out;
    FixedMultiplier multiplier;  ///< S_in / S_out
    std::int8_t clamp_min = -128, clamp_max = 127;
};

/// Times a constant per channel: the scale of a batch norm that was not folded.
struct QuantizedMul {
    std::string name;
    space::Shape input, output;
    std::vector<std::int8_t> factors;  ///< [channels]
    QuantParams in, factor, out;
    FixedMultiplier multiplier;  ///< S_in * S_factor / S_out
    std::int8_t clamp_min = -128, clamp_max = 127;
};

/// Plus a constant per channel. Both are brought to 20 more bits of the larger scale's double.
struct QuantizedAdd {
    std::string name;
    space::Shape input, output;
    std::vector<std::int8_t> addends;  ///< [channels]
    QuantParams in, addend, out;
    FixedMultiplier in_multiplier;      ///< S_in / (2 max(S_in, S_addend))
    FixedMultiplier addend_multiplier;  ///< S_addend / (2 max(S_in, S_addend))
    FixedMultiplier out_multiplier;     ///< 2 max(S_in, S_addend) / (2^20 S_out)
    std::int8_t clamp_min = -128, clamp_max = 127;
};

/// Mean over height and width to other parameters.
struct QuantizedMean {
    std::string name;
    space::Shape input, output;
    QuantParams in, out;
    FixedMultiplier multiplier;  ///< S_in / (S_out * height * width)
};

/// Probabilities over the channels of a 1 x 1 map; out is {1/256, -128}, beta * in.scale more than
/// 2^-26.
struct QuantizedSoftmax {
    /// The sum of more exponentials leaves 32 bits.
    static constexpr std::int64_t kMostChannels = 4095;

    std::string name;
    space::Shape input, output;
    QuantParams in, out;
    float beta = 1.0F;
};

using QuantizedLayer =
    std::variant<QuantizedLinear, QuantizedMaxPool, QuantizedAveragePool, QuantizedRequantize,
                 QuantizedMul, QuantizedAdd, QuantizedMean, QuantizedSoftmax>;

/// S (q - Z) of each value.
std::vector<float> dequantized(const std::vector<std::int8_t>& values, const QuantParams& params);

/// "convolution", "multiplication by a constant per channel", ... for messages.
std::string kind_name(const QuantizedLayer& layer);

/// Parameters of what a layer writes: a max or average pool keeps `arriving`.
QuantParams output_params(const QuantizedLayer& layer, const QuantParams& arriving);

/// Reads raw uint8 pixels: q = pixel - 128 with input = {preprocess.scale, preprocess.mean - 128}.
/// Writes int8 logits (quantize() makes no softmax: it never changes the class and costs flash).
struct QuantizedNetwork {
    space::Network source;
    space::Preprocess preprocess;
    std::vector<std::string> labels;
    std::map<std::string, std::string> provenance;
    QuantParams input, output;
    std::vector<QuantizedLayer> layers;
};

/// The network as TFLite Micro and CMSIS-NN compute it: two roundings in dense layers, too.
QuantizedNetwork rounded_twice(QuantizedNetwork network);

}  // namespace nanonas::exporting
