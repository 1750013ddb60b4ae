// What the kernels compute, as plain loops over [image][channel][y][x]: their specification and the
// oracle of their tests. Double precision inside, so that only the kernels round.
#pragma once

#include <cstdint>
#include <vector>

#include "space/op/window.hpp"
#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes::reference {

/// [images][channels][height][width], or [images][channels] when both are 1.
struct Images {
    Index images = 0;
    Index channels = 0;
    Index height = 1;
    Index width = 1;
    std::vector<double> values;

    Images() = default;
    Images(Index n, Index c, Index h, Index w)
        : images(n),
          channels(c),
          height(h),
          width(w),
          values(static_cast<std::size_t>(n * c * h * w)) {}

    double& at(Index n, Index c, Index y = 0, Index x = 0) {
        return values[static_cast<std::size_t>(((n * channels + c) * height + y) * width + x)];
    }
    double at(Index n, Index c, Index y = 0, Index x = 0) const {
        return values[static_cast<std::size_t>(((n * channels + c) * height + y) * width + x)];
    }
    /// Zero outside of the map.
    double padded(Index n, Index c, Index y, Index x) const {
        return y < 0 || x < 0 || y >= height || x >= width ? 0.0 : at(n, c, y, x);
    }
    double pixels() const { return static_cast<double>(images * height * width); }
};

using Values = std::vector<double>;

/// Of a convolution: multiplier 0, weights [out][in][height][width]; depthwise: output channel o
/// reads input channel o / multiplier, weights [out][1][height][width].
struct Filter {
    space::Window window;
    Index multiplier = 0;

    Index inputs(Index in_channels) const { return multiplier == 0 ? in_channels : 1; }
};
/// Square, of stride 1, every channel.
inline Filter centred(Index kernel) {
    return {{kernel, kernel, 1, 1, space::Padding::kSame}, 0};
}

/// bias [out].
Images convolution(const Images& in, const Values& weights, const Values& bias,
                   const Filter& filter);
/// `in`: for its shape.
Images convolution_input_gradient(const Images& in, const Images& dz, const Values& weights,
                                  const Filter& filter);
Values convolution_weight_gradient(const Images& in, const Images& dz, const Filter& filter);

struct BatchNorm {
    Values mean, variance;  ///< biased
};
BatchNorm batch_statistics(const Images& z);
Images batch_norm(const Images& z, const BatchNorm& statistics, double epsilon, const Values& gamma,
                  const Values& beta);
/// dz; dgamma and dbeta are filled.
Images batch_norm_gradient(const Images& z, const Images& dy, const BatchNorm& statistics,
                           double epsilon, const Values& gamma, Values& dgamma, Values& dbeta);

Images relu(const Images& in);
/// Zero where y is.
Images relu_gradient(const Images& y, const Images& g);
inline constexpr space::Window kHalving{2, 2, 2, 2, space::Padding::kValid};

/// Of what of each window lies on the map, as the mean.
Images max_pool(const Images& in, const space::Window& window = kHalving);
/// To the first maximum of each window, in row order.
Images max_pool_gradient(const Images& in, const Images& g, const space::Window& window = kHalving);
Images mean_pool(const Images& in, const space::Window& window);
Images mean_pool_gradient(const Images& in, const Images& g, const space::Window& window);

Images sum(const Images& a, const Images& b);
/// `in` at (top, left) of a map of zeros.
Images pad(const Images& in, Index top, Index left, Index height, Index width);
/// `in`: for its shape.
Images pad_gradient(const Images& in, const Images& g, Index top, Index left);
Images average(const Images& in);
Images average_gradient(const Images& g, Index height, Index width);

/// logits = weights [classes][features] * features + bias.
Images dense(const Images& features, const Values& weights, const Values& bias);
/// Mean loss over images; dlogits is filled.
double cross_entropy(const Images& logits, const std::vector<std::int32_t>& labels,
                     double smoothing, Images& dlogits);

void adam(const Values& gradient, double learning_rate, double weight_decay, double epsilon,
          std::int64_t step, Values& parameter, Values& first, Values& second);

}  // namespace nanonas::train::lanes::reference
