// Windows of any sides and strides, of all channels or one each, against the plain loops.
#include <catch2/catch.hpp>

#include "tests/train/fast/lane_maps.hpp"
#include "train/engine/fast/kernels/tap_convolution.hpp"
#include "train/engine/fast/kernels/weight_gradient.hpp"

using namespace nanonas;
using namespace nanonas::train::lanes;

namespace {

/// A map and a window that fits on it, with borders as wide as both directions need, or wider.
struct Case {
    Images in;
    reference::Filter filter;
    MapShape from, to;
    Values weights;

    explicit Case(Rng& rng) {
        const Index height = draw(rng, 1, 14);
        const Index width = rng.below(2) == 0 ? height : draw(rng, 1, 14);
        filter.multiplier = rng.below(2) == 0 ? 0 : draw(rng, 1, 3);
        space::Window& window = filter.window;
        window.padding = rng.below(3) == 0 ? space::Padding::kValid : space::Padding::kSame;
        const bool valid = window.padding == space::Padding::kValid;
        window.height = draw(rng, 1, valid ? std::min(Index{6}, height) : Index{6});
        window.width = draw(rng, 1, valid ? std::min(Index{6}, width) : Index{6});
        window.stride_height = draw(rng, 1, std::min(Index{3}, height));
        window.stride_width = draw(rng, 1, std::min(Index{3}, width));
        if (rng.below(5) == 0) {
            window = {1, 1, 1, 1, space::Padding::kSame};  // the one that has paths of its own
        }
        in = random_images(rng, draw(rng, 1, kLanes), draw(rng, 1, rng.below(4) == 0 ? 20 : 7),
                           height, width);
        const Index out = filter.multiplier == 0 ? draw(rng, 1, rng.below(4) == 0 ? 20 : 7)
                                                 : in.channels * filter.multiplier;
        const space::Shape shape = window.output({height, width, in.channels}, out);
        from = {in.channels, height, width};
        to = {out, shape.height, shape.width};
        const Index wider = draw(rng, 0, 1);
        from.border = forward_taps(window, from, to).border() + wider;
        to.border = backward_taps(window, to, from).border() + wider;
        weights = random_values(rng, out * filter.inputs(in.channels) * window.area());
    }
};

Index blocks(const TapConvolutionPlan& plan) {
    return static_cast<Index>(plan.blocks.size());
}

/// Sum of one image's channel, and of its products with another.
std::pair<double, double> sums_of(const Images& images, const Images& other, Index channel) {
    double sum = 0.0;
    double products = 0.0;
    for (Index y = 0; y < images.height; ++y) {
        for (Index x = 0; x < images.width; ++x) {
            sum += images.at(0, channel, y, x);
            products += images.at(0, channel, y, x) * other.at(0, channel, y, x);
        }
    }
    return {sum, products};
}

}  // namespace

TEST_CASE("any window equals the plain loops, with its sums per lane") {
    for_each_target([] {
        for (std::uint64_t seed = 0; seed < 80; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const Case c(rng);
            const Values bias = random_values(rng, c.to.channels);
            const Values scale = random_values(rng, c.to.channels);
            const bool scaled = rng.below(2) == 0;
            Values weights = c.weights;
            const auto row = c.weights.size() / static_cast<std::size_t>(c.to.channels);
            for (std::size_t i = 0; scaled && i < weights.size(); ++i) {
                weights[i] *= scale[i / row];
            }
            const Images expected = reference::convolution(c.in, weights, bias, c.filter);

            const TapConvolutionPlan plan =
                plan_forward(c.filter.window, c.filter.multiplier, c.from, c.to);
            std::vector<float> packed(static_cast<std::size_t>(plan.packed_size()));
            const std::vector<float> scales = to_floats(scale);
            pack_forward(plan, to_floats(c.weights).data(), scaled ? scales.data() : nullptr,
                         packed.data());
            AlignedFloats out(c.to.size());
            AlignedFloats sums(c.to.channels * 2 * kLanes);
            ConvolutionEpilogue epilogue;
            epilogue.sums = sums.data();
            const std::vector<float> init = to_floats(bias);
            const AlignedFloats in = to_lanes(c.in, c.from.border);
            const Index middle = blocks(plan) / 2;
            convolve(plan, 0, middle, packed.data(), init.data(), in.data(), out.data(), epilogue);
            convolve(plan, middle, blocks(plan), packed.data(), init.data(), in.data(), out.data(),
                     epilogue);
            CHECK(relative_error(from_lanes(out, c.to, c.in.images).values, expected.values) <
                  kTolerance);
            const Index channel = draw(rng, 0, c.to.channels - 1);
            const auto [sum, squares] = sums_of(expected, expected, channel);
            CHECK(sums.data()[channel * 2 * kLanes] == Approx(sum).epsilon(1e-4).margin(1e-3));
            CHECK(sums.data()[(channel * 2 + 1) * kLanes] == Approx(squares).epsilon(1e-4));
        }
    });
}

TEST_CASE("the gradient to the input of any window equals the plain loops") {
    for_each_target([] {
        for (std::uint64_t seed = 1000; seed < 1080; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const Case c(rng);
            const Images dz =
                random_images(rng, c.in.images, c.to.channels, c.to.height, c.to.width);
            const Images expected =
                reference::convolution_input_gradient(c.in, dz, c.weights, c.filter);

            const TapConvolutionPlan plan =
                plan_backward(c.filter.window, c.filter.multiplier, c.to, c.from);
            std::vector<float> packed(static_cast<std::size_t>(plan.packed_size()));
            pack_backward(plan, to_floats(c.weights).data(), packed.data());
            AlignedFloats out(c.from.size());
            std::fill_n(out.data(), c.from.size(), 5.0F);
            AlignedFloats sums(c.from.channels * 2 * kLanes);
            const AlignedFloats pre = to_lanes(c.in, c.from.border);
            ConvolutionEpilogue epilogue;
            epilogue.kind = ConvolutionEpilogue::Kind::kGradient;
            epilogue.sums = sums.data();
            epilogue.pre = pre.data();
            convolve(plan, 0, blocks(plan), packed.data(), nullptr,
                     to_lanes(dz, c.to.border).data(), out.data(), epilogue);
            CHECK(relative_error(from_lanes(out, c.from, c.in.images).values, expected.values,
                                 1.0) < kTolerance);
            const Index channel = draw(rng, 0, c.from.channels - 1);
            const auto [sum, product] = sums_of(expected, c.in, channel);
            CHECK(sums.data()[channel * 2 * kLanes] == Approx(sum).epsilon(1e-4).margin(1e-3));
            CHECK(sums.data()[(channel * 2 + 1) * kLanes] ==
                  Approx(product).epsilon(1e-4).margin(1e-3));
        }
    });
}

TEST_CASE("the gradient to the weights of any window equals the plain loops") {
    for_each_target([] {
        for (std::uint64_t seed = 2000; seed < 2080; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const Case c(rng);
            const Images dz =
                random_images(rng, c.in.images, c.to.channels, c.to.height, c.to.width);
            const Values expected = reference::convolution_weight_gradient(c.in, dz, c.filter);

            const WeightGradientPlan plan =
                plan_weight_gradient(c.filter.window, c.filter.multiplier, c.from, c.to);
            const AlignedFloats in = to_lanes(c.in, c.from.border);
            const AlignedFloats gradient = to_lanes(dz, c.to.border);
            AlignedFloats sums(plan.sums_size());
            std::vector<float> out(expected.size());
            std::vector<float> scratch(out.size());
            const Index weights = plan.inputs() * c.filter.window.area();
            Index channel = 0;
            for (std::size_t o = 0; o < plan.out_blocks.size(); ++o) {
                const auto block = static_cast<Index>(o);
                for (Index y0 = 0; y0 < c.to.height; y0 += 2) {
                    accumulate_weight_gradient(
                        plan, block, gradient.data() + c.to.at(channel, y0, 0), c.to.plane(),
                        c.to.row(), y0, std::min(c.to.height, y0 + 2), in.data(), sums.data());
                }
                add_block(plan, block, sums.data(), c.in.images, scratch.data(),
                          out.data() + channel * weights);
                channel += plan.out_blocks[o];
            }
            CHECK(relative_error(out, expected) < kTolerance);
        }
    });
}

TEST_CASE("taps on the border alone are not computed") {
    const MapShape point{1, 1, 1};
    const space::Window square{3, 3, 1, 1, space::Padding::kSame};
    const Taps taps = forward_taps(square, point, point);
    REQUIRE(taps.phases.size() == 1);
    REQUIRE(taps.phases[0].taps.size() == 1);
    CHECK(taps.phases[0].taps[0].weight == 4);
    CHECK(taps.border() == 0);
    // Every second row and column in turn: four phases of 4, 2, 2 and 1 taps.
    const space::Window strided{3, 3, 2, 2, space::Padding::kSame};
    const Taps back = backward_taps(strided, {1, 4, 4}, {1, 8, 8});
    std::vector<std::size_t> counts;
    for (const TapPhase& phase : back.phases) {
        counts.push_back(phase.taps.size());
    }
    CHECK(counts == std::vector<std::size_t>{4, 2, 2, 1});
}
