// Gradient of batch norm, ReLU and what follows it, to the convolution's output z, for rows of one
// channel of one group of sixteen images.
//
//   dz = gain * dy + slope * z + offset,  dy = the gradient after batch norm (zero where ReLU is)
//
// With x the normalized z, n pixels over the batch, m mean and v variance (Ioffe, Szegedy 2015):
//   gain = gamma / sqrt(v + eps), slope = -gain * dgamma / (n * sqrt(v + eps)),
//   offset = -gain * dbeta / n - slope * m
#pragma once

#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

struct GradientCoefficients {
    float gain = 0.0F;
    float slope = 0.0F;
    float offset = 0.0F;
};

/// A run of rows of one channel: z and dz at (first row, column 0), dz may be z itself.
struct GradientRows {
    const float* z = nullptr;
    Index z_row = 0;
    float* dz = nullptr;
    Index dz_row = 0;
    Index rows = 0;
    Index width = 0;
};

/// After a 2x2 maximum: g and pre at the first row's window, already zero where ReLU is; the first
/// pixel of a window with z == pre takes g. The first row is even; windows that pass the last row
/// or column do not exist.
void activation_gradient_pool(const GradientRows& rows, const GradientCoefficients& coefficients,
                              const float* g, const float* pre, Index pooled_row);

/// After nothing: g at the first row, already zero where ReLU is.
void activation_gradient(const GradientRows& rows, const GradientCoefficients& coefficients,
                         const float* g, Index g_row);

/// After a global average: every pixel with scale * z + shift > 0 takes g[16]; without ReLU, scale
/// 0 and shift 1 let every pixel.
void activation_gradient_average(const GradientRows& rows, const GradientCoefficients& coefficients,
                                 float scale, float shift, const float* g);

}  // namespace nanonas::train::lanes
