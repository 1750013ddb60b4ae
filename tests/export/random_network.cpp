#include "tests/export/random_network.hpp"

#include <algorithm>
#include <cmath>

#include "export/float_network.hpp"
#include "export/int8/multiplier.hpp"
#include "space/passes/passes.hpp"
#include "tests/support/draw.hpp"

namespace nanonas::testing {

namespace {

using exporting::FixedMultiplier;
using exporting::QuantParams;

std::int32_t draw32(Rng& rng, std::int32_t low, std::int32_t high) {
    return static_cast<std::int32_t>(draw(rng, low, high));
}

FixedMultiplier multiplier_near(double m, Rng& rng) {
    int exponent = 0;
    const double fraction = std::frexp(m * rng.uniform(0.5, 2.0), &exponent);
    return {static_cast<std::int32_t>(std::lround(std::ldexp(fraction, 30))) * 2 -
                static_cast<std::int32_t>(rng.below(2)),
            exponent};
}

struct Linear : exporting::Int8Constants {
    std::int64_t outputs = 0;
    QuantParams in, out;
};

void fill_multipliers(Linear& conv, double near, bool wild, Rng& rng) {
    for (std::int64_t i = 0; i < conv.outputs; ++i) {
        conv.weight_scales.push_back(0.01F);
        conv.multipliers.push_back(multiplier_near(near, rng));
        if (wild && rng.below(4) == 0) {
            const bool zero = rng.below(2) == 0;
            conv.multipliers.back() =
                zero ? FixedMultiplier{0, 0} : FixedMultiplier{1 << 30, draw32(rng, 0, 30)};
        }
    }
}

/// Of a dense layer: one for all outputs as the quantizer makes them, at times such that the factor
/// is one over an even number or a power of two, which have ties. Wild: each its own, some far too
/// small or large.
void fill_scales(Linear& dense, double near, bool wild, Rng& rng) {
    const std::uint64_t kind = rng.below(3);
    const double divisor = kind == 0   ? 1.0 / (near * rng.uniform(0.5, 2.0))
                           : kind == 1 ? 2.0 * std::round(0.5 / near)
                                       : std::exp2(std::round(-std::log2(near)));
    dense.out.scale = static_cast<float>(static_cast<double>(dense.in.scale) * divisor);
    for (std::int64_t i = 0; i < dense.outputs; ++i) {
        float scale = 1.0F;
        if (wild) {
            scale = static_cast<float>(std::exp2(draw32(rng, -1, 1)));
            if (rng.below(4) == 0) {
                scale =
                    rng.below(2) == 0 ? 1e-12F : static_cast<float>(std::exp2(draw32(rng, 0, 28)));
            }
        }
        dense.weight_scales.push_back(scale);
        dense.multipliers.push_back(exporting::fixed_multiplier(
            exporting::scale_ratio(dense.in.scale, scale, dense.out.scale, !wild)));
    }
}

Linear random_linear(const space::Node& layer, std::int64_t taps, const QuantParams& in, bool relu,
                     bool wild, Rng& rng) {
    Linear linear;
    linear.outputs = layer.output.channels;
    linear.one_rounding = std::holds_alternative<space::Dense>(layer.op);
    linear.in = in;
    linear.out = {0.0625F, relu ? wild ? draw32(rng, -128, 0) : -128 : draw32(rng, -128, 127)};
    if (relu) {
        linear.clamp_min = static_cast<std::int8_t>(linear.out.zero_point);
    }
    const std::int64_t out = layer.output.channels;
    for (std::int64_t i = 0; i < taps * out; ++i) {
        linear.weights.push_back(static_cast<std::int8_t>(draw32(rng, -127, 127)));
    }
    const double spread = std::sqrt(static_cast<double>(taps)) * 73.0 * 80.0;
    for (std::int64_t i = 0; i < out; ++i) {
        const auto bias = static_cast<std::int32_t>(spread);
        linear.bias.push_back(draw32(rng, -bias, bias));
    }
    (linear.one_rounding ? fill_scales : fill_multipliers)(linear, 60.0 / spread, wild, rng);
    return linear;
}

std::int64_t taps_of(const space::Node& layer) {
    std::int64_t taps = 1;
    const std::vector<std::int64_t> shape = space::parameters(layer).front().shape;
    for (const std::int64_t side : shape) {
        taps *= side;
    }
    return taps / layer.output.channels;
}

}  // namespace

RandomLinear random_linear_of(const space::Node& layer, const exporting::QuantParams& in, bool relu,
                              bool wild, Rng& rng) {
    Linear linear = random_linear(layer, taps_of(layer), in, relu, wild, rng);
    const QuantParams out = linear.out;
    return {std::move(linear), out};
}

exporting::Int8Network random_network(const space::CellSpace& cells,
                                      const space::Candidate& candidate, Rng& rng, bool wild) {
    return random_int8(cells.build(candidate), rng, wild);
}

exporting::Int8Network random_int8(const space::Network& trained, Rng& rng, bool wild) {
    exporting::Int8Network network;
    network.network = trained;
    space::lower(network.network);
    network.preprocess.mean = draw32(rng, 0, 255);
    network.values.push_back({network.preprocess.scale, network.preprocess.mean - 128});
    const bool relu = !wild || rng.below(2) == 0;
    for (space::Node& layer : network.network.nodes) {
        Linear linear;
        linear.out = network.values.back();
        if (exporting::is_linear(layer.op)) {
            const bool dense = std::holds_alternative<space::Dense>(layer.op);
            linear = random_linear(layer, taps_of(layer), network.values.back(), relu && !dense,
                                   wild, rng);
            if (!dense) {
                *space::activation_of(layer.op) =
                    relu ? space::Activation::kRelu : space::Activation::kNone;
            }
        }
        network.values.push_back(linear.out);
        network.constants.push_back(std::move(linear));
    }
    for (std::int64_t i = 0; i < network.network.classes(); ++i) {
        network.labels.push_back("class \"" + std::to_string(i) + "\" @name@ ?\?/ \xC3\xA9");
    }
    return network;
}

space::Network random_windows(Rng& rng, bool squares) {
    const auto side = [&](std::int64_t most) { return draw(rng, 1, most); };
    space::Network network;
    network.input = {side(20), side(20), rng.below(2) == 0 ? 1 : 3};
    const std::int64_t count = side(4);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::string name = "conv" + std::to_string(i);
        const space::Shape map = network.output();
        if (squares && rng.below(3) == 0) {
            network.add(name, space::Conv2d{side(9), 3, true});
            if (map.height > 1 && map.width > 1 && rng.below(2) == 0) {
                network.add(name + ".pool", space::MaxPool2d{2});
            }
            continue;
        }
        space::Window window{side(5), side(5), side(3), side(3), space::Padding::kSame};
        window.stride_height = std::min(window.stride_height, map.height);
        window.stride_width = std::min(window.stride_width, map.width);
        if (rng.below(2) == 0) {
            window.padding = space::Padding::kValid;
            window.height = std::min(window.height, map.height);
            window.width = std::min(window.width, map.width);
        }
        if (rng.below(2) == 0) {
            network.add(name, space::DepthwiseConv2d::of(side(3), window, true));
        } else {
            network.add(name, space::Conv2d::of(side(9), window, true));
        }
    }
    network.add("average", space::GlobalAveragePool{});
    network.add("classifier", space::Dense{side(7)});
    return network;
}

RandomImages::RandomImages(const space::Shape& image_shape, std::int64_t images, Rng& rng)
    : shape(image_shape), count(images) {
    // Flat patches beside noise: saturated borders and equal neighbours both occur.
    for (std::int64_t i = 0; i < count; ++i) {
        const std::uint64_t kind = rng.below(4);
        for (std::int64_t pixel = 0; pixel < shape.elements(); ++pixel) {
            pixels.push_back(static_cast<std::uint8_t>(kind == 0   ? 255
                                                       : kind == 1 ? rng.below(2) * 255
                                                                   : rng.below(256)));
        }
    }
}

space::ImageView RandomImages::view() const {
    return {shape, count, pixels.data(), nullptr};
}

}  // namespace nanonas::testing
