#include <catch2/catch.hpp>

#include "tests/train/fast/lane_maps.hpp"
#include "train/engine/fast/kernels/convolution.hpp"
#include "train/engine/fast/kernels/weight_gradient.hpp"

using namespace nanonas;
using namespace nanonas::train::lanes;

namespace {

/// Shapes of the cell space and around them: odd sizes, odd channel counts, short groups.
struct Case {
    Images in;
    Index out = 1;
    MapShape shape;
    Values weights;

    explicit Case(Rng& rng) {
        constexpr Index kSizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 12, 25};
        const Index height = kSizes[rng.below(10)];
        const Index width = rng.below(2) == 0 ? height : kSizes[rng.below(9)];
        in = random_images(rng, draw(rng, 1, kLanes), draw(rng, 1, rng.below(4) == 0 ? 40 : 9),
                           height, width);
        out = draw(rng, 1, rng.below(4) == 0 ? 40 : 9);
        shape = {in.channels, height, width};
        weights = random_values(rng, out * in.channels * 9);
    }
};

std::vector<float> pack(const ConvolutionPlan& plan) {
    return std::vector<float>(static_cast<std::size_t>(plan.packed_size()));
}

Index blocks(const ConvolutionPlan& plan) {
    return static_cast<Index>(plan.blocks.size());
}

}  // namespace

TEST_CASE("convolution equals the plain loops, with its sums per lane") {
    for_each_target([] {
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const Case c(rng);
            const Values bias = random_values(rng, c.out);
            const Images expected =
                reference::convolution(c.in, c.weights, bias, reference::centred(3));

            const ConvolutionPlan plan =
                plan_convolution(c.shape, {c.out, c.shape.height, c.shape.width});
            std::vector<float> packed = pack(plan);
            pack_forward(plan, to_floats(c.weights).data(), nullptr, packed.data());
            AlignedFloats out(plan.out.size());
            AlignedFloats sums(c.out * 2 * kLanes);
            ConvolutionEpilogue epilogue;
            epilogue.sums = sums.data();
            const std::vector<float> init = to_floats(bias);
            convolve(plan, 0, blocks(plan), packed.data(), init.data(), to_lanes(c.in).data(),
                     out.data(), epilogue);
            CHECK(relative_error(from_lanes(out, plan.out, c.in.images).values, expected.values) <
                  kTolerance);
            for (Index o = 0; o < c.out; ++o) {
                double sum = 0.0;
                double squares = 0.0;
                for (Index y = 0; y < plan.out.height; ++y) {
                    for (Index x = 0; x < plan.out.width; ++x) {
                        sum += expected.at(0, o, y, x);
                        squares += expected.at(0, o, y, x) * expected.at(0, o, y, x);
                    }
                }
                CHECK(sums.data()[o * 2 * kLanes] == Approx(sum).epsilon(1e-4).margin(1e-3));
                CHECK(sums.data()[(o * 2 + 1) * kLanes] == Approx(squares).epsilon(1e-4));
            }
        }
    });
}

TEST_CASE("a scaled convolution with ReLU equals the plain loops") {
    for_each_target([] {
        for (std::uint64_t seed = 100; seed < 115; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const Case c(rng);
            const Values scale = random_values(rng, c.out);
            const Values bias = random_values(rng, c.out);
            Values scaled = c.weights;
            const Index row = c.in.channels * 9;
            for (std::size_t i = 0; i < scaled.size(); ++i) {
                scaled[i] *= scale[i / static_cast<std::size_t>(row)];
            }
            const Images expected =
                reference::relu(reference::convolution(c.in, scaled, bias, reference::centred(3)));

            const ConvolutionPlan plan =
                plan_convolution(c.shape, {c.out, c.shape.height, c.shape.width});
            std::vector<float> packed = pack(plan);
            pack_forward(plan, to_floats(c.weights).data(), to_floats(scale).data(), packed.data());
            AlignedFloats out(plan.out.size());
            ConvolutionEpilogue epilogue;
            epilogue.kind = ConvolutionEpilogue::Kind::kRelu;
            const std::vector<float> init = to_floats(bias);
            convolve(plan, 0, blocks(plan), packed.data(), init.data(), to_lanes(c.in).data(),
                     out.data(), epilogue);
            CHECK(relative_error(from_lanes(out, plan.out, c.in.images).values, expected.values) <
                  kTolerance);
        }
    });
}

TEST_CASE("the gradient to the input equals the plain loops, gated by what came before") {
    for_each_target([] {
        for (std::uint64_t seed = 200; seed < 230; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const Case c(rng);
            const Images dz = random_images(rng, c.in.images, c.out, c.shape.height, c.shape.width);
            const Values scale = random_values(rng, c.in.channels);
            const Values shift = random_values(rng, c.in.channels);
            Images expected =
                reference::convolution_input_gradient(c.in, dz, c.weights, reference::centred(3));
            Images gate = c.in;
            for (Index n = 0; n < gate.images; ++n) {
                for (Index i = 0; i < gate.channels; ++i) {
                    for (Index y = 0; y < gate.height; ++y) {
                        for (Index x = 0; x < gate.width; ++x) {
                            const auto at = static_cast<std::size_t>(i);
                            gate.at(n, i, y, x) = scale[at] * c.in.at(n, i, y, x) + shift[at];
                        }
                    }
                }
            }
            expected = reference::relu_gradient(gate, expected);

            const MapShape from{c.out, c.shape.height, c.shape.width};
            const ConvolutionPlan plan = plan_convolution(from, c.shape);
            std::vector<float> packed = pack(plan);
            pack_backward(plan, to_floats(c.weights).data(), packed.data());
            AlignedFloats out(plan.out.size());
            AlignedFloats sums(c.in.channels * 2 * kLanes);
            const AlignedFloats pre = to_lanes(c.in);
            const std::vector<float> scales = to_floats(scale);
            const std::vector<float> shifts = to_floats(shift);
            const ConvolutionEpilogue epilogue{ConvolutionEpilogue::Kind::kMask, sums.data(),
                                               pre.data(), scales.data(), shifts.data()};
            convolve(plan, 0, blocks(plan), packed.data(), nullptr, to_lanes(dz).data(), out.data(),
                     epilogue);
            CHECK(relative_error(from_lanes(out, plan.out, c.in.images).values, expected.values) <
                  kTolerance);
            double sum = 0.0;
            double product = 0.0;
            for (Index y = 0; y < c.shape.height; ++y) {
                for (Index x = 0; x < c.shape.width; ++x) {
                    sum += expected.at(0, 0, y, x);
                    product += expected.at(0, 0, y, x) * c.in.at(0, 0, y, x);
                }
            }
            CHECK(sums.data()[0] == Approx(sum).epsilon(1e-4).margin(1e-3));
            CHECK(sums.data()[kLanes] == Approx(product).epsilon(1e-4).margin(1e-3));
        }
    });
}

TEST_CASE("the gradient to the weights equals the plain loops and leaves dead lanes out") {
    for_each_target([] {
        for (std::uint64_t seed = 300; seed < 330; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const Case c(rng);
            const Images dz = random_images(rng, c.in.images, c.out, c.shape.height, c.shape.width);
            const Values expected =
                reference::convolution_weight_gradient(c.in, dz, reference::centred(3));

            const WeightGradientPlan plan = plan_weight_gradient(
                reference::centred(3).window, 0, c.shape, {c.out, c.shape.height, c.shape.width});
            const AlignedFloats in = to_lanes(c.in);
            const AlignedFloats gradient = to_lanes(dz);
            AlignedFloats sums(plan.sums_size());
            std::vector<float> out(expected.size());
            std::vector<float> scratch(out.size());
            const Index area = c.in.channels * 9;
            Index channel = 0;
            for (std::size_t o = 0; o < plan.out_blocks.size(); ++o) {
                for (Index y0 = 0; y0 < c.shape.height; y0 += 2) {
                    accumulate_weight_gradient(plan, static_cast<Index>(o),
                                               gradient.data() + plan.out().at(channel, y0, 0),
                                               plan.out().plane(), plan.out().row(), y0,
                                               std::min(c.shape.height, y0 + 2), in.data(),
                                               sums.data());
                }
                add_block(plan, static_cast<Index>(o), sums.data(), c.in.images, scratch.data(),
                          out.data() + channel * area);
                channel += plan.out_blocks[o];
            }
            CHECK(relative_error(out, expected) < kTolerance);
        }
    });
}
