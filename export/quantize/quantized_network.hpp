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

using QuantizedLayer = std::variant<QuantizedLinear, QuantizedMaxPool, QuantizedAveragePool>;

/// Reads raw uint8 pixels: q = pixel - 128 with input = {preprocess.scale, preprocess.mean - 128}.
/// Writes int8 logits (no softmax: it never changes the class and costs flash).
struct QuantizedNetwork {
    space::Network source;
    space::Preprocess preprocess;
    std::vector<std::string> labels;
    std::map<std::string, std::string> provenance;
    QuantParams input, output;
    std::vector<QuantizedLayer> layers;
};

}  // namespace nanonas::exporting
