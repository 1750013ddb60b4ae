#include "export/simd/kernels/pool.hpp"

#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "export/simd/kernels/pool.cpp"
#include "hwy/foreach_target.h"

#include "export/simd/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::exporting::simd::HWY_NAMESPACE {
namespace {

/// work(tag, channel) for all channels in whole vectors: of all lanes, of four, of one.
template <typename Value, typename Work>
HWY_INLINE void for_each_vector(Index channels, const Work& work) {
    const hn::CappedTag<Value, 64> wide;
    const hn::CappedTag<Value, 4> narrow;
    const hn::CappedTag<Value, 1> single;
    Index channel = 0;
    const auto all = [&](auto tag) HWY_ATTR {
        const Index lanes = static_cast<Index>(hn::MaxLanes(tag));
        for (; channel + lanes <= channels; channel += lanes) {
            work(tag, channel);
        }
    };
    all(wide);
    all(narrow);
    all(single);
}

/// std::max(a, b): b where a < b.
template <typename V>
HWY_INLINE V larger(V a, V b) {
    return hn::IfThenElse(hn::Lt(a, b), b, a);
}

template <typename Value>
void pool(const MaxPool<Value>& call) {
    const Index row = call.width * call.channels;
    Value* out = call.out;
    for (Index y = 0; y < call.height_out; ++y) {
        const Value* window = call.map + y * call.side * row;
        for (Index x = 0; x < call.width_out; ++x) {
            for_each_vector<Value>(call.channels, [&](auto tag, Index channel) HWY_ATTR {
                auto largest = hn::Set(tag, std::numeric_limits<Value>::lowest());
                for (Index dy = 0; dy < call.side; ++dy) {
                    const Value* values = window + dy * row + channel;
                    for (Index dx = 0; dx < call.side; ++dx, values += call.channels) {
                        largest = larger(largest, hn::LoadU(tag, values));
                    }
                }
                hn::StoreU(largest, tag, out + channel);
            });
            window += call.side * call.channels;
            out += call.channels;
        }
    }
}

template <typename D>
HWY_INLINE hn::Vec<D> load_as(D tag, const float* from) {
    return hn::LoadU(tag, from);
}
template <typename D>
HWY_INLINE hn::Vec<D> load_as(D tag, const std::int8_t* from) {
    return hn::PromoteTo(tag, hn::LoadU(hn::Rebind<std::int8_t, D>(), from));
}

template <typename Sum, typename Value>
void sum(const Value* map, Index pixels, Index channels, Sum* sums) {
    for_each_vector<Sum>(channels, [&](auto tag, Index channel) HWY_ATTR {
        auto total = hn::Zero(tag);
        const Value* values = map + channel;
        for (Index pixel = 0; pixel < pixels; ++pixel, values += channels) {
            total = hn::Add(total, load_as(tag, values));
        }
        hn::StoreU(total, tag, sums + channel);
    });
}

}  // namespace

void MaxPoolFloats(const MaxPool<float>& call) {
    pool(call);
}

void MaxPoolBytes(const MaxPool<std::int8_t>& call) {
    pool(call);
}

void SumFloats(const float* map, Index pixels, Index channels, float* sums) {
    sum<float>(map, pixels, channels, sums);
}

void SumBytes(const std::int8_t* map, Index pixels, Index channels, std::int32_t* sums) {
    sum<std::int32_t>(map, pixels, channels, sums);
}

}  // namespace nanonas::exporting::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::exporting::simd {

HWY_EXPORT(MaxPoolFloats);
HWY_EXPORT(MaxPoolBytes);
HWY_EXPORT(SumFloats);
HWY_EXPORT(SumBytes);

void max_pool(const MaxPool<float>& call) {
    HWY_DYNAMIC_DISPATCH(MaxPoolFloats)(call);
}

void max_pool(const MaxPool<std::int8_t>& call) {
    HWY_DYNAMIC_DISPATCH(MaxPoolBytes)(call);
}

void channel_sums(const float* map, Index pixels, Index channels, float* sums) {
    HWY_DYNAMIC_DISPATCH(SumFloats)(map, pixels, channels, sums);
}

void channel_sums(const std::int8_t* map, Index pixels, Index channels, std::int32_t* sums) {
    HWY_DYNAMIC_DISPATCH(SumBytes)(map, pixels, channels, sums);
}

}  // namespace nanonas::exporting::simd
#endif
