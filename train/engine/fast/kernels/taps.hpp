// The taps of a window over a map, as offsets from pixel to pixel: forward, and backward from the
// output's gradient to the input's.
#pragma once

#include <vector>

#include "space/op/window.hpp"
#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

/// What a pixel is made of: the pixel (y, x) further on, times a weight of the window.
struct Tap {
    Index y = 0, x = 0;
    Index weight = 0;  ///< row by row
};

/// Pixels that share their taps: backward through a stride, every so many rows and columns.
struct TapPhase {
    Index y0 = 0, x0 = 0;         ///< the first pixel that is written
    Index rows = 0, columns = 0;  ///< how many are
    std::vector<Tap> taps;        ///< those that meet a pixel at all; may be none
    std::vector<Index> offsets;   ///< of the taps, in floats of `in`
};

/// Pixel (y0 + out_step_y * r, x0 + out_step_x * c) = sum over taps of
/// weight * pixel(r * in_step_y + tap.y, c * in_step_x + tap.x), for r, c of each phase.
struct Taps {
    MapShape in, out;
    Index in_step_y = 1, in_step_x = 1;
    Index out_step_y = 1, out_step_x = 1;
    Index area = 1;  ///< weights of the window
    std::vector<TapPhase> phases;

    /// Pixels around `in` that some tap looks at.
    Index border() const;
};

/// From the map a window lies on to what it writes. Of the channels nothing is asked.
Taps forward_taps(const space::Window& window, const MapShape& in, const MapShape& out);
/// From the gradient of what it writes to that of the map. Every pixel of the map is written.
Taps backward_taps(const space::Window& window, const MapShape& out, const MapShape& in);

}  // namespace nanonas::train::lanes
