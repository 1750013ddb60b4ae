#include "train/engine/fast/kernels/feed.hpp"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/feed.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

using Bytes = hn::CappedTag<std::uint8_t, 16>;

/// How bytes become floats.
struct Light {
    float mean;
    float scale;
    const float* brightness;  ///< [16]
};

/// One channel of a row: every `step` bytes of `bytes` are the next pixel's lanes.
template <bool kBrightness>
HWY_INLINE void normalize_row(const std::uint8_t* bytes, Index step, Index width,
                              const Light& light, float* out) {
    const hn::Rebind<std::uint8_t, D> byte_tag;
    const hn::Rebind<std::int32_t, D> word_tag;
    const V mean = broadcast(light.mean);
    const V scale = broadcast(light.scale);
    const V most = broadcast(255.0F);
    for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
        const V brightness = load(light.brightness + chunk);
        for (Index x = 0; x < width; ++x) {
            const auto words =
                hn::PromoteTo(word_tag, hn::Load(byte_tag, bytes + x * step + chunk));
            V value = hn::ConvertTo(kTag, words);
            if (kBrightness) {
                value = hn::Min(hn::Max(hn::Add(value, brightness), hn::Zero(kTag)), most);
            }
            store(hn::Mul(hn::Sub(value, mean), scale), out + x * kLanes + chunk);
        }
    }
}

/// Sixteen bytes of each of sixteen rows, transposed: out[j][lane] = rows[lane][at + j].
HWY_INLINE void transpose(const std::uint8_t* const* rows, Index at, std::uint8_t* out) {
#if HWY_TARGET == HWY_SCALAR
    for (Index j = 0; j < 16; ++j) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            out[j * kLanes + lane] = rows[lane][at + j];
        }
    }
#else
    const Bytes d8;
    using B = hn::Vec<Bytes>;
    B a[16];
    B b[16];
    for (int i = 0; i < 16; ++i) {
        a[i] = hn::LoadU(d8, rows[i] + at);
    }
    // Each pass interleaves row i with row i + 8, which moves one bit of the row number into
    // the column number; after four passes they have changed places.
    for (int i = 0; i < 8; ++i) {
        b[2 * i] = hn::InterleaveLower(d8, a[i], a[i + 8]);
        b[2 * i + 1] = hn::InterleaveUpper(d8, a[i], a[i + 8]);
    }
    for (int i = 0; i < 8; ++i) {
        a[2 * i] = hn::InterleaveLower(d8, b[i], b[i + 8]);
        a[2 * i + 1] = hn::InterleaveUpper(d8, b[i], b[i + 8]);
    }
    for (int i = 0; i < 8; ++i) {
        b[2 * i] = hn::InterleaveLower(d8, a[i], a[i + 8]);
        b[2 * i + 1] = hn::InterleaveUpper(d8, a[i], a[i + 8]);
    }
    for (int i = 0; i < 8; ++i) {
        hn::Store(hn::InterleaveLower(d8, b[i], b[i + 8]), d8, out + 32 * i);
        hn::Store(hn::InterleaveUpper(d8, b[i], b[i + 8]), d8, out + 32 * i + 16);
    }
#endif
}

/// Pixels of a row in the opposite order.
void mirror(const std::uint8_t* row, Index width, Index channels, std::uint8_t* out) {
    Index done = 0;
#if HWY_TARGET != HWY_SCALAR
    if (channels == 3) {
        // Five pixels at a time; the sixteenth byte is overwritten by the next five.
        alignas(16) static constexpr std::uint8_t kOrder[16] = {12, 13, 14, 9, 10, 11, 6, 7,
                                                                8,  3,  4,  5, 0,  1,  2, 15};
        const Bytes d8;
        const auto order = hn::Load(d8, kOrder);
        for (; done + 6 <= width; done += 5) {
            const auto pixels = hn::LoadU(d8, row + (width - done - 5) * 3);
            hn::StoreU(hn::TableLookupBytes(pixels, order), d8, out + done * 3);
        }
    }
#endif
    for (; done < width; ++done) {
        for (Index c = 0; c < channels; ++c) {
            out[done * channels + c] = row[(width - 1 - done) * channels + c];
        }
    }
}

/// out[x] = row[clamp(x + dx)].
void shift(const std::uint8_t* row, Index width, Index channels, Index dx, std::uint8_t* out) {
    const Index from = std::clamp(dx, Index{0}, width);
    const Index to = std::clamp(-dx, Index{0}, width);
    const Index kept = width - std::max(from, to);
    for (Index x = 0; x < to; ++x) {
        std::memcpy(out + x * channels, row, static_cast<std::size_t>(channels));
    }
    std::memcpy(out + to * channels, row + from * channels,
                static_cast<std::size_t>(kept * channels));
    for (Index x = to + kept; x < width; ++x) {
        std::memcpy(out + x * channels, row + (width - 1) * channels,
                    static_cast<std::size_t>(channels));
    }
}

}  // namespace

void Feed(const MapShape& shape, const FeedGroup& group, std::int32_t mean, float scale,
          std::uint8_t* scratch, float* out) {
    const Index bytes = shape.width * shape.channels;
    const Index pitch = bytes + 16;
    alignas(64) float brightness[kLanes] = {};
    bool any_brightness = false;
    for (Index lane = 0; lane < kLanes; ++lane) {
        if (group.draws[lane] != nullptr && group.draws[lane]->brightness != 0) {
            brightness[lane] = static_cast<float>(group.draws[lane]->brightness);
            any_brightness = true;
        }
    }
    const Light light{static_cast<float>(mean), scale, brightness};
    std::uint8_t* const turned = scratch + 2 * kLanes * pitch;  // [bytes][16]
    const std::uint8_t* rows[kLanes];
    for (Index y = 0; y < shape.height; ++y) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            const AugmentDraw* draw = group.draws[lane];
            if (draw == nullptr) {
                rows[lane] = group.images[lane] + y * bytes;
                continue;
            }
            const Index line = std::clamp(y + draw->dy, Index{0}, shape.height - 1);
            rows[lane] = group.images[lane] + line * bytes;
            Index dx = draw->dx;
            if (draw->flip) {
                std::uint8_t* to = scratch + lane * 2 * pitch;
                mirror(rows[lane], shape.width, shape.channels, to);
                rows[lane] = to;
                dx = -dx;
            }
            if (dx != 0) {
                std::uint8_t* to = scratch + (lane * 2 + 1) * pitch;
                shift(rows[lane], shape.width, shape.channels, dx, to);
                rows[lane] = to;
            }
        }
        for (Index at = 0; at < bytes; at += 16) {
            if (bytes >= 16) {
                // The last sixteen bytes of a row overlap those before.
                const Index start = std::min(at, bytes - 16);
                transpose(rows, start, turned + start * kLanes);
                continue;
            }
            for (Index j = 0; j < bytes; ++j) {
                for (Index lane = 0; lane < kLanes; ++lane) {
                    turned[j * kLanes + lane] = rows[lane][j];
                }
            }
        }
        for (Index c = 0; c < shape.channels; ++c) {
            (any_brightness ? normalize_row<true>
                            : normalize_row<false>)(turned + c * kLanes, shape.channels * kLanes,
                                                    shape.width, light, out + shape.at(c, y, 0));
        }
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(Feed);

void feed(const MapShape& shape, const FeedGroup& group, std::int32_t mean, float scale,
          std::vector<std::uint8_t>& scratch, float* out) {
    scratch.resize(static_cast<std::size_t>(kLanes * (3 * shape.width * shape.channels + 32 + 4)));
    // Rows of lanes are loaded whole.
    const auto past = reinterpret_cast<std::uintptr_t>(scratch.data()) % 64;
    HWY_DYNAMIC_DISPATCH(Feed)(shape, group, mean, scale, scratch.data() + (64 - past) % 64, out);
}

}  // namespace nanonas::train::lanes
#endif
