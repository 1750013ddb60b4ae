// What moves or joins maps of one group of sixteen images without weights: forward, and gradients.
// Gradients come on top of what their map holds where `add` says so.
#pragma once

#include "space/op/window.hpp"
#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

/// out = in, or out += in.
void copy_map(const MapShape& shape, bool add, const float* in, float* out);

/// out = a + b.
void add_maps(const MapShape& shape, const float* a, const float* b, float* out);

/// Every pixel of a channel takes values[channel][16].
void spread(const MapShape& shape, const float* values, float* out);

/// out = max(in, 0).
void relu(const MapShape& shape, const float* in, float* out);
/// g where in > 0.
void relu_gradient(const MapShape& shape, bool add, const float* in, const float* g, float* out);

/// `in` with its pixel (0, 0) at (top, left) of `out`, zeros around it.
void pad(const MapShape& in_shape, const MapShape& out_shape, Index top, Index left,
         const float* in, float* out);
void pad_gradient(const MapShape& in_shape, const MapShape& out_shape, Index top, Index left,
                  bool add, const float* g, float* out);

/// Windows over a map, less what of them is padding.
struct PoolPlan {
    space::Window window;
    MapShape in, out;
    bool maximum = false;  ///< else the mean
};

void pool(const PoolPlan& plan, const float* in, float* out);
/// To all pixels of a window in equal parts, or to the first of its largest in row order. Windows
/// follow each other row by row. `in` and `out` are different maps where maxima are taken.
void pool_gradient(const PoolPlan& plan, bool add, const float* in, const float* g, float* out);

/// What is left to be done to a gradient that is complete, before batch norm's: as
/// ConvolutionEpilogue::Kind::kMask, in place.
struct GateInputs {
    bool relu = false;             ///< else nothing is masked
    const float* pre = nullptr;    ///< laid out as the gradient, as `skip`
    const float* scale = nullptr;  ///< [channels]
    const float* shift = nullptr;  ///< [channels]
    const float* skip = nullptr;   ///< or null
};

/// sums[channels][2][16]: of the gradient and of the gradient times pre.
void gate_gradient(const MapShape& shape, const GateInputs& inputs, float* g, float* sums);

}  // namespace nanonas::train::lanes
