#include "export/simd/kernels/depthwise.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "export/simd/kernels/depthwise.cpp"
#include "hwy/foreach_target.h"

#include "export/simd/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::exporting::simd::HWY_NAMESPACE {
namespace {

using FloatVector = hn::Vec<Tag<float>>;
using IntVector = hn::Vec<Tag<std::int32_t>>;

HWY_INLINE FloatVector product(const float* values, const float* weights) {
    const Tag<float> tag;
    return hn::Mul(hn::LoadU(tag, values), hn::LoadU(tag, weights));
}

/// At most 255 by 128, which int16 holds.
HWY_INLINE IntVector product(const std::int16_t* values, const std::int16_t* weights) {
    const Tag<std::int32_t> wide;
    const hn::Rebind<std::int16_t, decltype(wide)> narrow;
    return hn::PromoteTo(wide, hn::Mul(hn::LoadU(narrow, values), hn::LoadU(narrow, weights)));
}

/// std::max(v, 0), which keeps a NaN.
HWY_INLINE FloatVector rectified(FloatVector v) {
    return hn::IfThenZeroElse(hn::Lt(v, hn::Zero(Tag<float>())), v);
}
HWY_INLINE IntVector rectified(IntVector v) {
    return v;
}

template <typename Value, typename Sum>
void run(const Depthwise<Value, Sum>& call) {
    const Tag<Sum> tag;
    const Index channels = padded_channels(call.channels);
    for (Index pixel = 0; pixel < call.pixels; ++pixel) {
        for (Index channel = 0; channel < call.channels; channel += kWidth) {
            const Value* values = call.map + call.offsets[pixel] + channel;
            const Value* weights = call.weights + channel;
            auto sum = hn::Zero(tag);
            for (Index row = 0; row < call.height; ++row, values += call.row_pitch) {
                for (Index column = 0; column < call.width; ++column, weights += channels) {
                    sum = hn::Add(sum, product(values + column * call.channels, weights));
                }
            }
            sum = hn::Add(sum, hn::LoadU(tag, call.bias + channel));
            sum = call.relu ? rectified(sum) : sum;
            store_first<Sum>(sum, call.channels - channel,
                             call.out + pixel * call.channels + channel);
        }
    }
}

}  // namespace

void DepthwiseFloats(const Depthwise<float, float>& call) {
    run(call);
}

void DepthwiseInts(const Depthwise<std::int16_t, std::int32_t>& call) {
    run(call);
}

}  // namespace nanonas::exporting::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::exporting::simd {

HWY_EXPORT(DepthwiseFloats);
HWY_EXPORT(DepthwiseInts);

void depthwise(const Depthwise<float, float>& call) {
    HWY_DYNAMIC_DISPATCH(DepthwiseFloats)(call);
}

void depthwise(const Depthwise<std::int16_t, std::int32_t>& call) {
    HWY_DYNAMIC_DISPATCH(DepthwiseInts)(call);
}

}  // namespace nanonas::exporting::simd
#endif
