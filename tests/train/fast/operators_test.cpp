#include <catch2/catch.hpp>

#include "tests/train/fast/lane_maps.hpp"
#include "train/engine/fast/kernels/activation.hpp"
#include "train/engine/fast/kernels/activation_gradient.hpp"
#include "train/engine/fast/kernels/adam.hpp"
#include "train/engine/fast/kernels/batch_norm.hpp"
#include "train/engine/fast/kernels/classifier.hpp"
#include "train/engine/fast/kernels/feed.hpp"

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
    const Images y = reference::relu(normalized);
    const Images out = after == After::kPool      ? reference::max_pool(y)
                       : after == After::kAverage ? reference::average(y)
                                                  : y;
    const Images g = random_images(rng, out.images, out.channels, out.height, out.width);
    const Images dy = reference::relu_gradient(
        y, after == After::kPool      ? reference::max_pool_gradient(y, g)
           : after == After::kAverage ? reference::average_gradient(g, height, width)
                                      : g);
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
        activate_pool(shape, 0, z.channels, map.data(), n.scale.data(), n.shift.data(), pre.data(),
                      result.data());
    } else if (after == After::kNothing) {
        activate(shape, 0, z.channels, map.data(), n.scale.data(), n.shift.data(), result.data());
    } else {
        activate_average(shape, 0, z.channels, map.data(), n.scale.data(), n.shift.data(),
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
    if (after != After::kAverage) {
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
                activation_gradient_average(band, coefficients, n.scale[at], n.shift[at],
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
        activate_pool(shape, 0, 1, z.data(), &one, &none, pre.data(), out.data());
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

TEST_CASE("dense and softmax cross-entropy equal the plain loops") {
    for_each_target([] {
        for (std::uint64_t seed = 300; seed < 320; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const DenseShape shape{draw(rng, 1, 40), draw(rng, 2, 12)};
            const Images features = random_images(rng, draw(rng, 1, kLanes), shape.features, 1, 1);
            const Values weights = random_values(rng, shape.features * shape.classes, -3.0, 3.0);
            const Values bias = random_values(rng, shape.classes);
            const double smoothing = rng.below(2) == 0 ? 0.0 : 0.1;
            std::vector<std::int32_t> labels(kLanes);
            for (std::int32_t& label : labels) {
                label = static_cast<std::int32_t>(draw(rng, 0, shape.classes - 1));
            }
            const Images logits = reference::dense(features, weights, bias);
            Images dlogits;
            const double loss = reference::cross_entropy(logits, labels, smoothing, dlogits);

            const Index live = features.images;
            AlignedFloats in(shape.features * kLanes);
            for (Index c = 0; c < shape.features; ++c) {
                for (Index lane = 0; lane < kLanes; ++lane) {
                    in.data()[c * kLanes + lane] =
                        lane < live ? static_cast<float>(features.at(lane, c)) : 7.0F;
                }
            }
            AlignedFloats out(shape.classes * kLanes);
            AlignedFloats gradient(shape.classes * kLanes);
            AlignedFloats products(shape.classes * shape.features * kLanes);
            AlignedFloats features_gradient(shape.features * kLanes);
            const std::vector<float> w = to_floats(weights);
            std::vector<float> dw(w.size());
            std::vector<float> db(bias.size());
            dense(shape, w.data(), to_floats(bias).data(), in.data(), out.data());
            const double actual =
                cross_entropy(shape.classes, live, labels.data(), smoothing,
                              static_cast<double>(live), out.data(), gradient.data());
            dense_gradient(shape, live, w.data(), in.data(), gradient.data(), products.data(),
                           dw.data(), db.data(), features_gradient.data());
            CHECK(actual / static_cast<double>(live) == Approx(loss).epsilon(kTolerance));

            Values expected_dw(w.size());
            Values expected_db(bias.size());
            Values expected_df(static_cast<std::size_t>(shape.features * live));
            Values actual_df(expected_df.size());
            for (Index n = 0; n < live; ++n) {
                for (Index k = 0; k < shape.classes; ++k) {
                    expected_db[static_cast<std::size_t>(k)] += dlogits.at(n, k);
                    for (Index c = 0; c < shape.features; ++c) {
                        const auto at = static_cast<std::size_t>(k * shape.features + c);
                        expected_dw[at] += dlogits.at(n, k) * features.at(n, c);
                        const auto feature = static_cast<std::size_t>(n * shape.features + c);
                        expected_df[feature] += dlogits.at(n, k) * weights[at];
                        actual_df[feature] =
                            static_cast<double>(features_gradient.data()[c * kLanes + n]);
                    }
                }
            }
            CHECK(relative_error(dw, expected_dw) < kTolerance);
            CHECK(relative_error(db, expected_db) < kTolerance);
            CHECK(relative_error(actual_df, expected_df) < kTolerance);
        }
    });
}

TEST_CASE("Adam equals the plain loop over several steps") {
    for_each_target([] {
        Rng rng(400);
        const Index count = 37;
        Values p = random_values(rng, count);
        Values m(static_cast<std::size_t>(count));
        Values v(static_cast<std::size_t>(count));
        std::vector<float> parameter = to_floats(p);
        std::vector<float> first(p.size());
        std::vector<float> second(p.size());
        for (std::int64_t step = 1; step <= 5; ++step) {
            const Values g = random_values(rng, count, -0.01, 0.01);
            reference::adam(g, 0.01, 0.1, 1e-7, step, p, m, v);
            AdamStep options;
            options.learning_rate = 0.01;
            options.weight_decay = 0.1;
            options.step = static_cast<double>(step);
            lanes::adam(options, count, to_floats(g).data(), parameter.data(), first.data(),
                        second.data());
        }
        CHECK(relative_error(parameter, p) < kTolerance);
        CHECK(relative_error(first, m) < kTolerance);
        CHECK(relative_error(second, v) < kTolerance);
    });
}

TEST_CASE("feeding normalizes and augments as defined, exactly") {
    for_each_target([] {
        for (std::uint64_t seed = 500; seed < 540; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const MapShape shape{rng.below(2) == 0 ? 1 : 3, draw(rng, 1, 20), draw(rng, 1, 50)};
            const Index bytes = shape.channels * shape.height * shape.width;
            std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kLanes * bytes));
            for (std::uint8_t& pixel : pixels) {
                pixel = static_cast<std::uint8_t>(rng.below(256));
            }
            AugmentDraw draws[kLanes];
            FeedGroup group;
            const bool augmented = rng.below(4) != 0;
            for (Index lane = 0; lane < kLanes; ++lane) {
                group.images[lane] = pixels.data() + lane * bytes;
                draws[lane].flip = rng.below(2) == 0;
                draws[lane].dy = static_cast<std::int32_t>(draw(rng, -5, 5));
                draws[lane].dx = static_cast<std::int32_t>(draw(rng, -5, 5));
                draws[lane].brightness = static_cast<std::int32_t>(draw(rng, -90, 90));
                group.draws[lane] = augmented && rng.below(8) != 0 ? draws + lane : nullptr;
            }
            const auto mean = static_cast<std::int32_t>(rng.below(256));
            constexpr float kScale = 1.0F / 255.0F;
            AlignedFloats out(shape.size());
            FeedScratch scratch;
            feed(shape, group, mean, kScale, scratch, out.data());
            Index wrong = 0;
            for (Index lane = 0; lane < kLanes; ++lane) {
                const AugmentDraw none;
                const AugmentDraw& d = group.draws[lane] == nullptr ? none : *group.draws[lane];
                for (Index y = 0; y < shape.height; ++y) {
                    for (Index x = 0; x < shape.width; ++x) {
                        const Index sy = std::clamp(y + d.dy, Index{0}, shape.height - 1);
                        const Index sx = std::clamp((d.flip ? shape.width - 1 - x : x) + d.dx,
                                                    Index{0}, shape.width - 1);
                        for (Index c = 0; c < shape.channels; ++c) {
                            const int pixel =
                                group.images[lane][(sy * shape.width + sx) * shape.channels + c];
                            const int lit = std::clamp(pixel + d.brightness, 0, 255);
                            const float expected = static_cast<float>(lit - mean) * kScale;
                            wrong += out.data()[shape.at(c, y, x) + lane] == expected ? 0 : 1;
                        }
                    }
                }
            }
            CHECK(wrong == 0);
            CHECK(out.data()[0] == 0.0F);
        }
    });
}
