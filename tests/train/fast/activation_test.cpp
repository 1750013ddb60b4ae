#include <catch2/catch.hpp>

#include "tests/train/fast/lane_maps.hpp"
#include "train/engine/fast/kernels/activation.hpp"
#include "train/engine/fast/kernels/activation_gradient.hpp"
#include "train/engine/fast/kernels/batch_norm.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::lanes;

namespace {

/// Batch norm of one group, by the kernels' own sums.
struct Normalized {
    std::vector<ChannelStatistics> statistics;
    std::vector<float> scale, shift;
};

constexpr double kEpsilon = 1e-3;

AlignedFloats lane_sums(const Images& a, const Images& b) {
    AlignedFloats sums(a.channels * 2 * kLanes);
    for (Index c = 0; c < a.channels; ++c) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            double sum = lane < a.images ? 0.0 : 7.0;  // dead lanes must not be read
            double product = sum;
            for (Index y = 0; lane < a.images && y < a.height; ++y) {
                for (Index x = 0; x < a.width; ++x) {
                    sum += a.at(lane, c, y, x);
                    product += a.at(lane, c, y, x) * b.at(lane, c, y, x);
                }
            }
            sums.data()[c * 2 * kLanes + lane] = static_cast<float>(sum);
            sums.data()[(c * 2 + 1) * kLanes + lane] = static_cast<float>(product);
        }
    }
    return sums;
}

Normalized normalize(const Images& z, const Values& gamma, const Values& beta) {
    const AlignedFloats sums = lane_sums(z, z);
    Normalized normalized;
    for (Index c = 0; c < z.channels; ++c) {
        const float* group = sums.data() + c * 2 * kLanes;
        const ChannelStatistics s = channel_statistics({&group, z.images}, z.pixels(), kEpsilon);
        const auto at = static_cast<std::size_t>(c);
        normalized.statistics.push_back(s);
        normalized.scale.push_back(static_cast<float>(gamma[at] * s.inverse));
        normalized.shift.push_back(static_cast<float>(beta[at] - gamma[at] * s.inverse * s.mean));
    }
    return normalized;
}

enum class After { kNothing, kPool, kAverage };

/// Batch norm, ReLU and what follows, forward and backward, against the plain loops.
void check_activation(std::uint64_t seed, After after) {
    INFO("seed " << seed);
    Rng rng(seed);
    constexpr Index kSizes[] = {1, 2, 3, 4, 5, 8, 12, 25};
    const Index smallest = after == After::kPool ? 1 : 0;
    const Index height = kSizes[smallest + draw(rng, 0, 6)];
    const Index width = kSizes[smallest + draw(rng, 0, 6)];
    // One pixel of one image has no variance to speak of.
    const Images z = random_images(rng, draw(rng, 2, kLanes), draw(rng, 1, 9), height, width);
    const Values gamma = random_values(rng, z.channels, -1.5, 1.5);
    const Values beta = random_values(rng, z.channels);
    const auto statistics = reference::batch_statistics(z);
    const Images normalized = reference::batch_norm(z, statistics, kEpsilon, gamma, beta);
    const bool relu = rng.below(4) != 0;
    const Images y = relu ? reference::relu(normalized) : normalized;
    const Images out = after == After::kPool      ? reference::max_pool(y)
                       : after == After::kAverage ? reference::average(y)
                                                  : y;
    const Images g = random_images(rng, out.images, out.channels, out.height, out.width);
    const Images before = after == After::kPool      ? reference::max_pool_gradient(y, g)
                          : after == After::kAverage ? reference::average_gradient(g, height, width)
                                                     : g;
    const Images dy = relu ? reference::relu_gradient(y, before) : before;
    Values dgamma;
    Values dbeta;
    const Images dz =
        reference::batch_norm_gradient(z, dy, statistics, kEpsilon, gamma, dgamma, dbeta);

    const MapShape shape{z.channels, height, width};
    const MapShape to{out.channels, out.height, out.width};
    const Normalized n = normalize(z, gamma, beta);
    AlignedFloats map = to_lanes(z);
    AlignedFloats result(to.size());
    AlignedFloats pre(to.size());
    AlignedFloats totals(z.channels * 3 * kLanes);
    const float area = static_cast<float>(height * width);
    if (after == After::kPool) {
        activate_pool(shape, to, relu, 0, z.channels, map.data(), n.scale.data(), n.shift.data(),
                      pre.data(), result.data());
    } else if (after == After::kNothing) {
        activate(shape, relu, 0, z.channels, map.data(), n.scale.data(), n.shift.data(),
                 result.data());
    } else {
        activate_average(shape, relu, 0, z.channels, map.data(), n.scale.data(), n.shift.data(),
                         totals.data());
        for (Index c = 0; c < z.channels; ++c) {
            for (Index lane = 0; lane < kLanes; ++lane) {
                result.data()[to.at(c, 0, 0) + lane] = totals.data()[c * 3 * kLanes + lane] / area;
            }
        }
    }
    CHECK(relative_error(from_lanes(result, to, z.images).values, out.values) < kTolerance);

    const AlignedFloats sums = lane_sums(dy, z);
    Images masked = g;
    if (relu && after != After::kAverage) {
        masked = reference::relu_gradient(out, g);
    }
    AlignedFloats gradient = to_lanes(masked);
    std::vector<float> actual_dgamma(static_cast<std::size_t>(z.channels));
    std::vector<float> actual_dbeta(static_cast<std::size_t>(z.channels));
    for (Index c = 0; c < z.channels; ++c) {
        const auto at = static_cast<std::size_t>(c);
        const float* group = sums.data() + c * 2 * kLanes;
        const GradientCoefficients coefficients = gradient_coefficients(
            {&group, z.images}, n.statistics[at], static_cast<float>(gamma[at]), z.pixels(),
            &actual_dgamma[at], &actual_dbeta[at]);
        if (after == After::kAverage) {
            float* average = gradient.data() + to.at(c, 0, 0);
            std::transform(average, average + kLanes, average,
                           [&](float value) { return value / area; });
        }
        // In bands of rows, in place.
        for (Index y0 = 0; y0 < height; y0 += 4) {
            float* rows = map.data() + shape.at(c, y0, 0);
            const GradientRows band{
                rows, shape.row(), rows, shape.row(), std::min(Index{4}, height - y0), width};
            if (after == After::kPool) {
                const Index from = to.at(c, y0 / 2, 0);
                activation_gradient_pool(band, coefficients, gradient.data() + from,
                                         pre.data() + from, to.row());
            } else if (after == After::kNothing) {
                activation_gradient(band, coefficients, gradient.data() + to.at(c, y0, 0),
                                    to.row());
            } else {
                activation_gradient_average(band, coefficients, relu ? n.scale[at] : 0.0F,
                                            relu ? n.shift[at] : 1.0F,
                                            gradient.data() + to.at(c, 0, 0));
            }
        }
    }
    CHECK(relative_error(from_lanes(map, shape, z.images).values, dz.values) < kTolerance);
    CHECK(relative_error(actual_dgamma, dgamma) < kTolerance);
    CHECK(relative_error(actual_dbeta, dbeta) < kTolerance);
}

}  // namespace

TEST_CASE("batch norm and ReLU equal the plain loops, forward and backward") {
    for_each_target([] {
        for (std::uint64_t seed = 0; seed < 25; ++seed) {
            check_activation(seed, After::kNothing);
        }
    });
}

TEST_CASE("batch norm, ReLU and maximum equal the plain loops, forward and backward") {
    for_each_target([] {
        for (std::uint64_t seed = 100; seed < 130; ++seed) {
            check_activation(seed, After::kPool);
        }
    });
}

TEST_CASE("batch norm, ReLU and average equal the plain loops, forward and backward") {
    for_each_target([] {
        for (std::uint64_t seed = 200; seed < 225; ++seed) {
            check_activation(seed, After::kAverage);
        }
    });
}

TEST_CASE("the gradient of a maximum goes to the first of equals") {
    for_each_target([] {
        const MapShape shape{1, 2, 2};
        const MapShape pooled{1, 1, 1};
        AlignedFloats z(shape.size());
        const Index corners[] = {shape.at(0, 0, 0), shape.at(0, 0, 1), shape.at(0, 1, 0),
                                 shape.at(0, 1, 1)};
        // Lane l: the corners named by the bits of l are the maximum.
        for (Index lane = 0; lane < kLanes; ++lane) {
            for (Index corner = 0; corner < 4; ++corner) {
                z.data()[corners[corner] + lane] = (lane >> corner & 1) != 0 ? 2.0F : 1.0F;
            }
        }
        AlignedFloats pre(pooled.size());
        AlignedFloats out(pooled.size());
        const float one = 1.0F;
        const float none = 0.0F;
        activate_pool(shape, pooled, true, 0, 1, z.data(), &one, &none, pre.data(), out.data());
        AlignedFloats g(pooled.size());
        std::fill_n(g.data() + pooled.interior(), kLanes, 3.0F);
        GradientCoefficients coefficients;
        coefficients.gain = 1.0F;
        float* first = z.data() + shape.at(0, 0, 0);
        activation_gradient_pool({first, shape.row(), first, shape.row(), 2, 2}, coefficients,
                                 g.data() + pooled.interior(), pre.data() + pooled.interior(),
                                 pooled.row());
        for (Index lane = 0; lane < kLanes; ++lane) {
            Index expected = 0;
            while (lane != 0 && (lane >> expected & 1) == 0) {
                ++expected;
            }
            for (Index corner = 0; corner < 4; ++corner) {
                CHECK(z.data()[corners[corner] + lane] == (corner == expected ? 3.0F : 0.0F));
            }
        }
    });
}
