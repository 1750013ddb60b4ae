#include "train/data/resize.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <vector>

namespace nanonas::train {

namespace {

constexpr int kWeightBits = 15;  // weights of one output pixel sum to exactly 2^15
constexpr int kMiddleBits = 7;   // fraction kept between the two passes: 255 * 2^7 * 2^15 < 2^31

/// The input pixels [first, first + weights) that make up one output pixel.
struct Tap {
    std::int64_t first = 0;
    std::vector<std::int32_t> weights;
};

/// Distances between centres are taken in units of 1 / (2 * out) input pixels, where they are whole
/// numbers: centre of output i: (2i + 1) * in, of input j: (2j + 1) * out.
std::vector<Tap> make_taps(std::int64_t in, std::int64_t out) {
    std::vector<Tap> taps(static_cast<std::size_t>(out));
    const std::int64_t support = 2 * std::max(in, out);
    for (std::int64_t i = 0; i < out; ++i) {
        const std::int64_t centre = (2 * i + 1) * in;
        const auto raw = [&](std::int64_t j) {
            return support - std::abs((2 * j + 1) * out - centre);
        };
        std::int64_t first =
            std::clamp<std::int64_t>((centre - support) / (2 * out) - 1, 0, in - 1);
        while (raw(first) <= 0) {
            ++first;
        }
        std::int64_t total = 0;
        std::int64_t last = first;
        while (last < in && raw(last) > 0) {
            total += raw(last++);
        }
        Tap& tap = taps[static_cast<std::size_t>(i)];
        tap.first = first;
        // Rounding the running sum instead of each weight makes the sum exact.
        std::int64_t running = 0;
        std::int64_t given = 0;
        for (std::int64_t j = first; j < last; ++j) {
            running += raw(j);
            const std::int64_t upto = ((running << kWeightBits) + total / 2) / total;
            tap.weights.push_back(static_cast<std::int32_t>(upto - given));
            given = upto;
        }
    }
    return taps;
}

}  // namespace

void resize_image(const space::Shape& in_shape, const std::uint8_t* in,
                  const space::Shape& out_shape, std::uint8_t* out) {
    assert(in_shape.channels == out_shape.channels);
    if (in_shape == out_shape) {
        std::copy_n(in, in_shape.elements(), out);
        return;
    }
    const std::int64_t channels = in_shape.channels;
    const std::vector<Tap> columns = make_taps(in_shape.width, out_shape.width);
    const std::vector<Tap> rows = make_taps(in_shape.height, out_shape.height);

    const std::int64_t line = out_shape.width * channels;
    std::vector<std::int32_t> middle(static_cast<std::size_t>(in_shape.height * line));
    std::int32_t* to = middle.data();
    constexpr int kFirstShift = kWeightBits - kMiddleBits;
    for (std::int64_t y = 0; y < in_shape.height; ++y) {
        const std::uint8_t* row = in + y * in_shape.width * channels;
        for (const Tap& tap : columns) {
            for (std::int64_t c = 0; c < channels; ++c) {
                const std::uint8_t* from = row + tap.first * channels + c;
                std::int32_t sum = 1 << (kFirstShift - 1);
                for (const std::int32_t weight : tap.weights) {
                    sum += weight * *from;
                    from += channels;
                }
                *to++ = sum >> kFirstShift;
            }
        }
    }

    std::vector<std::int32_t> sums(static_cast<std::size_t>(line));
    constexpr int kSecondShift = kWeightBits + kMiddleBits;
    for (const Tap& tap : rows) {
        std::fill(sums.begin(), sums.end(), 1 << (kSecondShift - 1));
        const std::int32_t* from = middle.data() + tap.first * line;
        for (const std::int32_t weight : tap.weights) {
            for (std::int32_t& sum : sums) {
                sum += weight * *from++;
            }
        }
        for (const std::int32_t sum : sums) {
            *out++ = static_cast<std::uint8_t>(sum >> kSecondShift);
        }
    }
}

}  // namespace nanonas::train
