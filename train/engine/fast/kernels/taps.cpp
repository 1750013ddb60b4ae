#include "train/engine/fast/kernels/taps.hpp"

#include <algorithm>

namespace nanonas::train::lanes {

namespace {

/// One side of a window and of its maps; both sides are computed alike.
struct Side {
    Index window, stride, before, in, out;
};

Side rows(const space::Window& window, const MapShape& in, const MapShape& out) {
    const space::Shape map{in.height, in.width, in.channels};
    return {window.height, window.stride_height, window.top(map), in.height, out.height};
}

Side columns(const space::Window& window, const MapShape& in, const MapShape& out) {
    const space::Shape map{in.height, in.width, in.channels};
    return {window.width, window.stride_width, window.left(map), in.width, out.width};
}

/// A tap of one side.
struct SideTap {
    Index offset, weight;
};

/// Those that meet one of `pixels` from one of `count` places, `step` apart.
std::vector<SideTap> meeting(std::vector<SideTap> taps, Index count, Index step, Index pixels) {
    const auto misses = [&](const SideTap& tap) {
        // The places are at tap.offset, tap.offset + step, ...
        const Index first = tap.offset >= 0 ? 0 : (-tap.offset + step - 1) / step;
        return first >= count || first * step + tap.offset >= pixels;
    };
    taps.erase(std::remove_if(taps.begin(), taps.end(), misses), taps.end());
    return taps;
}

struct SidePhase {
    Index first, count;
    std::vector<SideTap> taps;
};

SidePhase forward_side(const Side& side) {
    std::vector<SideTap> taps;
    for (Index k = 0; k < side.window; ++k) {
        taps.push_back({k - side.before, k});
    }
    return {0, side.out, meeting(std::move(taps), side.out, side.stride, side.in)};
}

/// Output r is under input r * stride - before + k: of every stride-th input the same k meet one.
std::vector<SidePhase> backward_side(const Side& side) {
    std::vector<SidePhase> phases;
    for (Index first = 0; first < std::min(side.stride, side.in); ++first) {
        SidePhase phase{first, (side.in - first + side.stride - 1) / side.stride, {}};
        for (Index k = 0; k < side.window; ++k) {
            const Index distance = first + side.before - k;
            if (distance % side.stride == 0) {
                phase.taps.push_back({distance / side.stride, k});
            }
        }
        phase.taps = meeting(std::move(phase.taps), phase.count, 1, side.out);
        phases.push_back(std::move(phase));
    }
    return phases;
}

void add_phase(Taps& taps, const SidePhase& rows, const SidePhase& columns, Index width) {
    TapPhase phase{rows.first, columns.first, rows.count, columns.count, {}, {}};
    for (const SideTap& y : rows.taps) {
        for (const SideTap& x : columns.taps) {
            phase.taps.push_back({y.offset, x.offset, y.weight * width + x.weight});
            phase.offsets.push_back(y.offset * taps.in.row() + x.offset * kLanes);
        }
    }
    taps.phases.push_back(std::move(phase));
}

}  // namespace

Taps forward_taps(const space::Window& window, const MapShape& in, const MapShape& out) {
    Taps taps{in, out, window.stride_height, window.stride_width, 1, 1, window.area(), {}};
    add_phase(taps, forward_side(rows(window, in, out)), forward_side(columns(window, in, out)),
              window.width);
    return taps;
}

Taps backward_taps(const space::Window& window, const MapShape& out, const MapShape& in) {
    Taps taps{out, in, 1, 1, window.stride_height, window.stride_width, window.area(), {}};
    const std::vector<SidePhase> across = backward_side(columns(window, in, out));
    for (const SidePhase& y : backward_side(rows(window, in, out))) {
        for (const SidePhase& x : across) {
            add_phase(taps, y, x, window.width);
        }
    }
    return taps;
}

Index Taps::border() const {
    Index most = 0;
    for (const TapPhase& phase : phases) {
        for (const Tap& tap : phase.taps) {
            most = std::max({most, -tap.y, -tap.x,
                             (phase.rows - 1) * in_step_y + tap.y - (in.height - 1),
                             (phase.columns - 1) * in_step_x + tap.x - (in.width - 1)});
        }
    }
    return most;
}

}  // namespace nanonas::train::lanes
