#include <catch2/catch.hpp>

#include "tests/train/fast/lane_maps.hpp"
#include "train/engine/fast/kernels/adam.hpp"
#include "train/engine/fast/kernels/classifier.hpp"
#include "train/engine/fast/kernels/feed.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::lanes;

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
            FeedScratch scratch(shape);
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
