#include "train/engine/fast/kernels/map_operators.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/map_operators.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

/// Calls one(offset) for each vector of the map's pixels, channel by channel and row by row.
template <typename One>
HWY_INLINE void for_each_vector(const MapShape& shape, One one) {
    for (Index c = 0; c < shape.channels; ++c) {
        for (Index y = 0; y < shape.height; ++y) {
            const Index line = shape.at(c, y, 0);
            for (Index at = line; at < line + shape.width * kLanes; at += kWidth) {
                one(at);
            }
        }
    }
}

HWY_INLINE void put(bool add, V value, float* to) {
    store(add ? hn::Add(load(to), value) : value, to);
}

/// Calls one(from, to) for each vector of `in` and its place in `out`.
template <typename One>
HWY_INLINE void for_each_inside(const MapShape& in, const MapShape& out, Index top, Index left,
                                One one) {
    for (Index c = 0; c < in.channels; ++c) {
        for (Index y = 0; y < in.height; ++y) {
            const Index from = in.at(c, y, 0);
            const Index to = out.at(c, y + top, left);
            for (Index at = 0; at < in.width * kLanes; at += kWidth) {
                one(from + at, to + at);
            }
        }
    }
}

/// Rows or columns of a window that lie on the map.
struct Span {
    Index begin, end;
};

HWY_INLINE Span span(Index place, Index stride, Index before, Index side, Index map) {
    const Index first = place * stride - before;
    return {std::max(Index{0}, first), std::min(map, first + side)};
}

/// Calls one(y, x, rows, columns) for each place of the window.
template <typename One>
HWY_INLINE void for_each_window(const PoolPlan& plan, One one) {
    const space::Window& window = plan.window;
    const space::Shape map{plan.in.height, plan.in.width, plan.in.channels};
    const Index top = window.top(map);
    const Index left = window.left(map);
    for (Index y = 0; y < plan.out.height; ++y) {
        const Span rows = span(y, window.stride_height, top, window.height, plan.in.height);
        for (Index x = 0; x < plan.out.width; ++x) {
            one(y, x, rows, span(x, window.stride_width, left, window.width, plan.in.width));
        }
    }
}

/// Calls one(offset) for each pixel of a window.
template <typename One>
HWY_INLINE void for_each_pixel(const MapShape& shape, Index channel, const Span& rows,
                               const Span& columns, One one) {
    for (Index y = rows.begin; y < rows.end; ++y) {
        for (Index x = columns.begin; x < columns.end; ++x) {
            one(shape.at(channel, y, x));
        }
    }
}

HWY_INLINE float share(const Span& rows, const Span& columns) {
    return 1.0F / static_cast<float>((rows.end - rows.begin) * (columns.end - columns.begin));
}

HWY_INLINE V largest(const PoolPlan& plan, Index channel, const Span& rows, const Span& columns,
                     const float* in) {
    V most = load(in + plan.in.at(channel, rows.begin, columns.begin));
    for_each_pixel(plan.in, channel, rows, columns,
                   [&](Index at) { most = hn::Max(most, load(in + at)); });
    return most;
}

}  // namespace

void CopyMap(const MapShape& shape, bool add, const float* in, float* out) {
    for_each_vector(shape, [&](Index at) { put(add, load(in + at), out + at); });
}

void AddMaps(const MapShape& shape, const float* a, const float* b, float* out) {
    for_each_vector(shape, [&](Index at) { store(hn::Add(load(a + at), load(b + at)), out + at); });
}

void Spread(const MapShape& shape, const float* values, float* out) {
    for (Index c = 0; c < shape.channels; ++c) {
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            const V value = load(values + c * kLanes + chunk);
            for (Index y = 0; y < shape.height; ++y) {
                for (Index x = 0; x < shape.width; ++x) {
                    store(value, out + shape.at(c, y, x) + chunk);
                }
            }
        }
    }
}

void ReluMap(const MapShape& shape, const float* in, float* out) {
    const V zero = hn::Zero(kTag);
    for_each_vector(shape, [&](Index at) { store(hn::Max(load(in + at), zero), out + at); });
}

void ReluGradient(const MapShape& shape, bool add, const float* in, const float* g, float* out) {
    const V zero = hn::Zero(kTag);
    for_each_vector(shape, [&](Index at) {
        put(add, hn::IfThenElseZero(hn::Gt(load(in + at), zero), load(g + at)), out + at);
    });
}

void PadMap(const MapShape& in_shape, const MapShape& out_shape, Index top, Index left,
            const float* in, float* out) {
    const V zero = hn::Zero(kTag);
    for_each_vector(out_shape, [&](Index at) { store(zero, out + at); });
    for_each_inside(in_shape, out_shape, top, left,
                    [&](Index from, Index to) { store(load(in + from), out + to); });
}

void PadGradient(const MapShape& in_shape, const MapShape& out_shape, Index top, Index left,
                 bool add, const float* g, float* out) {
    for_each_inside(in_shape, out_shape, top, left,
                    [&](Index from, Index to) { put(add, load(g + to), out + from); });
}

void PoolMap(const PoolPlan& plan, const float* in, float* out) {
    for (Index c = 0; c < plan.out.channels; ++c) {
        for_each_window(plan, [&](Index y, Index x, const Span& rows, const Span& columns) {
            float* const to = out + plan.out.at(c, y, x);
            const V part = broadcast(share(rows, columns));
            for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
                if (plan.maximum) {
                    store(largest(plan, c, rows, columns, in + chunk), to + chunk);
                    continue;
                }
                V sum = hn::Zero(kTag);
                for_each_pixel(plan.in, c, rows, columns,
                               [&](Index at) { sum = hn::Add(sum, load(in + at + chunk)); });
                store(hn::Mul(sum, part), to + chunk);
            }
        });
    }
}

void PoolGradient(const PoolPlan& plan, bool add, const float* in, const float* g, float* out) {
    if (!add) {
        const V zero = hn::Zero(kTag);
        for_each_vector(plan.in, [&](Index at) { store(zero, out + at); });
    }
    for (Index c = 0; c < plan.out.channels; ++c) {
        for_each_window(plan, [&](Index y, Index x, const Span& rows, const Span& columns) {
            const float* const from = g + plan.out.at(c, y, x);
            const V part = broadcast(share(rows, columns));
            for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
                V left = load(from + chunk);
                if (plan.maximum) {
                    const V most = largest(plan, c, rows, columns, in + chunk);
                    for_each_pixel(plan.in, c, rows, columns, [&](Index at) {
                        // The first that equals it takes the gradient, the others zero.
                        const auto is = hn::Eq(load(in + at + chunk), most);
                        put(true, hn::IfThenElseZero(is, left), out + at + chunk);
                        left = hn::IfThenElse(is, hn::Zero(kTag), left);
                    });
                    continue;
                }
                left = hn::Mul(left, part);
                for_each_pixel(plan.in, c, rows, columns,
                               [&](Index at) { put(true, left, out + at + chunk); });
            }
        });
    }
}

void GateGradient(const MapShape& shape, const GateInputs& inputs, float* g, float* sums) {
    const V zero = hn::Zero(kTag);
    for (Index c = 0; c < shape.channels; ++c) {
        const V scale = broadcast(inputs.relu ? inputs.scale[c] : 0.0F);
        const V shift = broadcast(inputs.relu ? inputs.shift[c] : 0.0F);
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            V sum = zero;
            V product = zero;
            for (Index y = 0; y < shape.height; ++y) {
                const Index line = shape.at(c, y, 0) + chunk;
                // A row is summed by itself: shorter chains, smaller rounding errors.
                V row_sum = zero;
                V row_product = zero;
                for (Index at = line; at < line + shape.width * kLanes; at += kLanes) {
                    const V pre = load(inputs.pre + at);
                    V value = load(g + at);
                    if (inputs.relu) {
                        V gate = hn::MulAdd(scale, pre, shift);
                        gate =
                            inputs.skip == nullptr ? gate : hn::Add(gate, load(inputs.skip + at));
                        value = hn::IfThenElseZero(hn::Gt(gate, zero), value);
                        store(value, g + at);
                    }
                    row_sum = hn::Add(row_sum, value);
                    row_product = hn::MulAdd(value, pre, row_product);
                }
                sum = hn::Add(sum, row_sum);
                product = hn::Add(product, row_product);
            }
            store(sum, sums + c * 2 * kLanes + chunk);
            store(product, sums + (c * 2 + 1) * kLanes + chunk);
        }
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(CopyMap);
HWY_EXPORT(AddMaps);
HWY_EXPORT(Spread);
HWY_EXPORT(ReluMap);
HWY_EXPORT(ReluGradient);
HWY_EXPORT(PadMap);
HWY_EXPORT(PadGradient);
HWY_EXPORT(PoolMap);
HWY_EXPORT(PoolGradient);
HWY_EXPORT(GateGradient);

void copy_map(const MapShape& shape, bool add, const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(CopyMap)(shape, add, in, out);
}

void add_maps(const MapShape& shape, const float* a, const float* b, float* out) {
    HWY_DYNAMIC_DISPATCH(AddMaps)(shape, a, b, out);
}

void spread(const MapShape& shape, const float* values, float* out) {
    HWY_DYNAMIC_DISPATCH(Spread)(shape, values, out);
}

void relu(const MapShape& shape, const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(ReluMap)(shape, in, out);
}

void relu_gradient(const MapShape& shape, bool add, const float* in, const float* g, float* out) {
    HWY_DYNAMIC_DISPATCH(ReluGradient)(shape, add, in, g, out);
}

void pad(const MapShape& in_shape, const MapShape& out_shape, Index top, Index left,
         const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(PadMap)(in_shape, out_shape, top, left, in, out);
}

void pad_gradient(const MapShape& in_shape, const MapShape& out_shape, Index top, Index left,
                  bool add, const float* g, float* out) {
    HWY_DYNAMIC_DISPATCH(PadGradient)(in_shape, out_shape, top, left, add, g, out);
}

void pool(const PoolPlan& plan, const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(PoolMap)(plan, in, out);
}

void pool_gradient(const PoolPlan& plan, bool add, const float* in, const float* g, float* out) {
    HWY_DYNAMIC_DISPATCH(PoolGradient)(plan, add, in, g, out);
}

void gate_gradient(const MapShape& shape, const GateInputs& inputs, float* g, float* sums) {
    HWY_DYNAMIC_DISPATCH(GateGradient)(shape, inputs, g, sums);
}

}  // namespace nanonas::train::lanes
#endif
