// Between plain images and maps of lanes, seeded values, the targets this machine can run.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "space/random.hpp"
#include "tests/support/simd_targets.hpp"
#include "train/engine/fast/aligned_floats.hpp"
#include "train/engine/fast/kernels/reference.hpp"

namespace nanonas::train::lanes {

using reference::Images;
using reference::Values;
using testing::for_each_target;

inline Index draw(Rng& rng, Index low, Index high) {
    return low + static_cast<Index>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

inline Values random_values(Rng& rng, Index count, double low = -1.0, double high = 1.0) {
    Values values(static_cast<std::size_t>(count));
    for (double& value : values) {
        value = static_cast<double>(static_cast<float>(rng.uniform(low, high)));
    }
    return values;
}

inline Images random_images(Rng& rng, Index n, Index c, Index h, Index w) {
    Images images(n, c, h, w);
    images.values = random_values(rng, n * c * h * w);
    return images;
}

inline std::vector<float> to_floats(const Values& values) {
    return {values.begin(), values.end()};
}

/// Up to sixteen images as one group; lanes past the last hold 7, a value that would show.
inline AlignedFloats to_lanes(const Images& images, Index border = 1) {
    const MapShape shape{images.channels, images.height, images.width, border};
    AlignedFloats map(shape.size());
    for (Index c = 0; c < shape.channels; ++c) {
        for (Index y = 0; y < shape.height; ++y) {
            for (Index x = 0; x < shape.width; ++x) {
                for (Index lane = 0; lane < kLanes; ++lane) {
                    map.data()[shape.at(c, y, x) + lane] =
                        lane < images.images ? static_cast<float>(images.at(lane, c, y, x)) : 7.0F;
                }
            }
        }
    }
    return map;
}

inline Images from_lanes(const AlignedFloats& map, const MapShape& shape, Index count) {
    Images images(count, shape.channels, shape.height, shape.width);
    for (Index n = 0; n < count; ++n) {
        for (Index c = 0; c < shape.channels; ++c) {
            for (Index y = 0; y < shape.height; ++y) {
                for (Index x = 0; x < shape.width; ++x) {
                    images.at(n, c, y, x) = static_cast<double>(map.data()[shape.at(c, y, x) + n]);
                }
            }
        }
    }
    return images;
}

/// Largest difference, relative to the largest expected value or to `least` where that is larger.
template <typename Actual>
double relative_error(const Actual& actual, const Values& expected, double least = 1e-30) {
    REQUIRE(actual.size() == expected.size());
    double largest = least;
    double error = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        largest = std::max(largest, std::abs(expected[i]));
        const double difference = std::abs(static_cast<double>(actual[i]) - expected[i]);
        error = difference <= error ? error : difference;  // NaN counts as an error
    }
    return error / largest;
}

inline constexpr double kTolerance = 1e-4;

}  // namespace nanonas::train::lanes
