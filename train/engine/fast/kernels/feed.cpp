#include "train/engine/fast/kernels/feed.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#ifndef NANONAS_FEED_ONCE
#define NANONAS_FEED_ONCE
namespace nanonas::train::lanes {
/// Rows without augmentation that are transposed at once.
Index rows_together(Index height, Index bytes);
}  // namespace nanonas::train::lanes
#endif

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

/// A row of pixels: the lanes of channel c of pixel x are at bytes + offsets[x * channels + c], and
/// go to out[c][x], channels `plane` floats apart. `C`: channels, or 0 when they are many.
template <Index C, bool kBrightness>
void normalize_row(const std::uint8_t* bytes, const std::uint32_t* offsets, Index channels,
                   Index width, const Light& light, Index plane, float* out) {
    const hn::Rebind<std::uint8_t, D> byte_tag;
    const hn::Rebind<std::int32_t, D> word_tag;
    const V mean = broadcast(light.mean);
    const V scale = broadcast(light.scale);
    const V most = broadcast(255.0F);
    const Index count = C > 0 ? C : channels;
    const auto pixel = [&](Index x) HWY_ATTR {
        for (Index c = 0; c < count; ++c) {
            const std::uint8_t* from = bytes + offsets[x * count + c];
            float* const to = out + c * plane + x * kLanes;
            for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
                const auto words = hn::PromoteTo(word_tag, hn::Load(byte_tag, from + chunk));
                V value = hn::ConvertTo(kTag, words);
                if (kBrightness) {
                    value = hn::Add(value, load(light.brightness + chunk));
                    value = hn::Min(hn::Max(value, hn::Zero(kTag)), most);
                }
                store(hn::Mul(hn::Sub(value, mean), scale), to + chunk);
            }
        }
    };
    // Two at a time: the loop's own instructions count here.
    Index x = 0;
    for (; x + 2 <= width; x += 2) {
        pixel(x);
        pixel(x + 1);
    }
    if (x < width) {
        pixel(x);
    }
}

template <bool kBrightness>
auto normalize_for(Index channels) {
    return channels == 1   ? &normalize_row<1, kBrightness>
           : channels == 3 ? &normalize_row<3, kBrightness>
                           : &normalize_row<0, kBrightness>;
}

/// Transposes `N` bytes, 16 or a whole vector of the target, of each of sixteen rows: byte 16 b + j
/// of all lanes goes to out[j][b][16].
template <Index N>
HWY_INLINE void transpose(const std::uint8_t* const* rows, Index at, std::uint8_t* out) {
#if HWY_TARGET == HWY_SCALAR
    for (Index j = 0; j < N; ++j) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            out[(j % 16 * (N / 16) + j / 16) * kLanes + lane] = rows[lane][at + j];
        }
    }
#else
    const hn::CappedTag<std::uint8_t, N> tag;
    using B = hn::Vec<decltype(tag)>;
    B a[16];
    B b[16];
    for (int i = 0; i < 16; ++i) {
        a[i] = hn::LoadU(tag, rows[i] + at);
    }
    // Each pass interleaves row i with row i + 8, which moves one bit of the row number into
    // the column number; after four passes they have changed places.
    const auto pass = [&tag](const B(&from)[16], B(&to)[16]) HWY_ATTR {
        for (int i = 0; i < 8; ++i) {
            to[2 * i] = hn::InterleaveLower(tag, from[i], from[i + 8]);
            to[2 * i + 1] = hn::InterleaveUpper(tag, from[i], from[i + 8]);
        }
    };
    pass(a, b);
    pass(b, a);
    pass(a, b);
    pass(b, a);
    for (int i = 0; i < 16; ++i) {
        hn::Store(a[i], tag, out + N * i);
    }
#endif
}

#if HWY_TARGET == HWY_SCALAR
constexpr Index kWide = 16;
#else
constexpr Index kWide = static_cast<Index>(hn::MaxLanes(hn::CappedTag<std::uint8_t, 64>()));
#endif

/// A row of `bytes` bytes of each lane, transposed in steps of `N`; the last step overlaps those
/// before. Fills offsets[bytes] when it is not null.
template <Index N>
void transpose_row(const std::uint8_t* const* rows, Index bytes, std::uint8_t* out,
                   std::uint32_t* offsets) {
    Index step = 0;
    for (Index at = 0; at < bytes; at += N, ++step) {
        const Index start = std::min(at, bytes - N);
        if (offsets == nullptr) {
            transpose<N>(rows, start, out + step * N * kLanes);
            continue;
        }
        for (Index j = 0; j < N; ++j) {
            offsets[start + j] =
                static_cast<std::uint32_t>((step * N + j % 16 * (N / 16) + j / 16) * kLanes);
        }
    }
}

/// The same byte by byte, for rows shorter than a vector.
void transpose_short(const std::uint8_t* const* rows, Index bytes, std::uint8_t* out,
                     std::uint32_t* offsets) {
    for (Index j = 0; j < bytes; ++j) {
        if (offsets != nullptr) {
            offsets[j] = static_cast<std::uint32_t>(j * kLanes);
            continue;
        }
        for (Index lane = 0; lane < kLanes; ++lane) {
            out[j * kLanes + lane] = rows[lane][j];
        }
    }
}

/// Pixels of a row in the opposite order.
void mirror(const std::uint8_t* row, Index width, Index channels, std::uint8_t* out) {
    Index done = 0;
#if HWY_TARGET != HWY_SCALAR
    if (channels == 3) {
        // Five pixels at a time, loaded with the byte before them, for the one after may be past
        // the last image; the sixteenth byte stored is overwritten by the next five.
        alignas(16) static constexpr std::uint8_t kOrder[16] = {13, 14, 15, 10, 11, 12, 7, 8,
                                                                9,  4,  5,  6,  1,  2,  3, 0};
        const Bytes d8;
        const auto order = hn::Load(d8, kOrder);
        for (; done + 6 <= width; done += 5) {
            const auto pixels = hn::LoadU(d8, row + (width - done - 5) * 3 - 1);
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

/// Row y of an image as its draw has it; `buffers` holds two rows of `pitch` bytes.
const std::uint8_t* row_of(const MapShape& shape, const std::uint8_t* image,
                           const AugmentDraw* draw, Index y, std::uint8_t* buffers, Index pitch) {
    const Index bytes = shape.width * shape.channels;
    if (draw == nullptr) {
        return image + y * bytes;
    }
    const std::uint8_t* row = image + std::clamp(y + draw->dy, Index{0}, shape.height - 1) * bytes;
    Index dx = draw->dx;
    if (draw->flip) {
        mirror(row, shape.width, shape.channels, buffers);
        row = buffers;
        dx = -dx;
    }
    if (dx != 0) {
        shift(row, shape.width, shape.channels, dx, buffers + pitch);
        row = buffers + pitch;
    }
    return row;
}

}  // namespace

void Feed(const MapShape& shape, const FeedGroup& group, std::int32_t mean, float scale,
          std::uint8_t* scratch, std::uint32_t* offsets, float* out) {
    const Index bytes = shape.width * shape.channels;
    const Index pitch = (bytes + 16 + 63) / 64 * 64;
    alignas(64) float brightness[kLanes] = {};
    bool any_brightness = false;
    for (Index lane = 0; lane < kLanes; ++lane) {
        if (group.draws[lane] != nullptr && group.draws[lane]->brightness != 0) {
            brightness[lane] = static_cast<float>(group.draws[lane]->brightness);
            any_brightness = true;
        }
    }
    const Light light{static_cast<float>(mean), scale, brightness};
    std::uint8_t* const turned = scratch + 2 * kLanes * pitch;
    // Rows of images taken as they are lie one after the other: several are transposed at once.
    const bool plain = std::all_of(std::begin(group.draws), std::end(group.draws),
                                   [](const AugmentDraw* draw) { return draw == nullptr; });
    const auto normalize =
        any_brightness ? normalize_for<true>(shape.channels) : normalize_for<false>(shape.channels);
    const Index together = plain ? rows_together(shape.height, bytes) : 1;
    const std::uint8_t* rows[kLanes] = {};
    for (Index y = 0; y < shape.height; y += together) {
        const Index count = std::min(together, shape.height - y);
        const Index length = count * bytes;
        const auto turn = length >= kWide ? &transpose_row<kWide>
                          : length >= 16  ? &transpose_row<16>
                                          : &transpose_short;
        if (y == 0 || count != together) {
            turn(rows, length, turned, offsets);
        }
        for (Index lane = 0; lane < kLanes; ++lane) {
            rows[lane] = row_of(shape, group.images[lane], group.draws[lane], y,
                                scratch + lane * 2 * pitch, pitch);
        }
        turn(rows, length, turned, nullptr);
        for (Index row = 0; row < count; ++row) {
            normalize(turned, offsets + row * bytes, shape.channels, shape.width, light,
                      shape.plane(), out + shape.at(0, y + row, 0));
        }
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(Feed);

Index rows_together(Index height, Index bytes) {
    // Their lanes take 8 KiB of the first-level cache.
    constexpr Index kBytes = 512;
    return std::clamp(kBytes / bytes, Index{1}, height);
}

FeedScratch::FeedScratch(const MapShape& shape) {
    // Two buffers for each lane's row, and the transposed rows, a whole vector longer.
    const Index row = shape.width * shape.channels;
    const Index most = row * rows_together(shape.height, row);
    const Index room = 2 * kLanes * (row + 16 + 64) + kLanes * (most + 64);
    bytes = AlignedFloats(room / 4 + 1);
    offsets.resize(static_cast<std::size_t>(most));
}

void feed(const MapShape& shape, const FeedGroup& group, std::int32_t mean, float scale,
          FeedScratch& scratch, float* out) {
    HWY_DYNAMIC_DISPATCH(Feed)
    (shape, group, mean, scale, reinterpret_cast<std::uint8_t*>(scratch.bytes.data()),
     scratch.offsets.data(), out);
}

}  // namespace nanonas::train::lanes
#endif
