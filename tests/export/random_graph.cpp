#include "tests/export/random_graph.hpp"

#include <algorithm>

#include "export/int8/multiplier.hpp"
#include "export/int8/op/softmax.hpp"
#include "tests/export/random_network.hpp"
#include "tests/support/draw.hpp"

namespace nanonas::testing {

namespace {

using exporting::Int8Constants;
using exporting::QuantParams;
using space::Shape;

class Builder {
  public:
    Builder(Rng& rng, bool wild) : rng_(rng), wild_(wild) {
        net_.network.input = {side(13), side(13), side(5)};
        net_.preprocess.mean = static_cast<std::int32_t>(side(256)) - 1;
        net_.values.push_back({net_.preprocess.scale, net_.preprocess.mean - 128});
    }

    exporting::Int8Network build() {
        for (std::int64_t count = side(12); count > 0; --count) {
            body();
        }
        head();
        return std::move(net_);
    }

  private:
    std::int64_t side(std::int64_t most) { return draw(rng_, 1, most); }
    bool coin() { return rng_.below(2) == 0; }
    std::string name() { return "n" + std::to_string(net_.network.nodes.size()); }
    const Shape& shape(space::Value value) const { return net_.network.shape(value); }
    space::Value last() const { return net_.network.nodes.size(); }
    QuantParams params() {
        return {static_cast<float>(rng_.uniform(0.02, 0.1)),
                static_cast<std::int32_t>(draw(rng_, -128, 127))};
    }

    space::Window window(const Shape& map) {
        space::Window window{side(4), side(4), side(3), side(3), space::Padding::kSame};
        window.stride_height = std::min(window.stride_height, map.height);
        window.stride_width = std::min(window.stride_width, map.width);
        if (coin()) {
            window.padding = space::Padding::kValid;
            window.height = std::min(window.height, map.height);
            window.width = std::min(window.width, map.width);
        }
        return window;
    }

    /// At times 3x3, which has kernels of its own.
    space::Window depthwise(const Shape& map) {
        space::Window drawn = window(map);
        if (coin()) {
            drawn.height = drawn.width = 3;
            drawn.padding = space::Padding::kSame;
        }
        return drawn;
    }

    void add(space::Op op, std::vector<space::Value> inputs, Int8Constants constants,
             const QuantParams& out) {
        net_.add(name(), std::move(op), std::move(inputs), std::move(constants), out);
    }

    void move(const space::Op& op, space::Value from) { add(op, {from}, {}, net_.values[from]); }

    void linear(const space::Op& op, space::Value from) {
        space::Network alone{shape(from), {}};
        alone.add("alone", op);
        const bool dense = std::holds_alternative<space::Dense>(op);
        RandomLinear numbers = random_linear_of(alone.nodes.front(), net_.values[from],
                                                !dense && coin(), wild_ && !dense, rng_);
        add(op, {from}, std::move(numbers.constants), numbers.out);
    }

    /// Clamps at times at the zero point and at times above it: ReLU and ReLU6.
    Int8Constants clamped(const QuantParams& out, std::vector<double> multipliers) {
        Int8Constants constants;
        constants.clamp_min =
            static_cast<std::int8_t>(coin() ? -128 : std::min(out.zero_point, 100));
        constants.clamp_max = static_cast<std::int8_t>(coin() ? 127 : 110);
        for (const double multiplier : multipliers) {
            constants.multipliers.push_back(exporting::fixed_multiplier(multiplier));
        }
        return constants;
    }

    void sum(space::Value a, space::Value b) {
        const QuantParams out = params();
        add(space::Add{}, {a, b}, clamped(out, addition(a, net_.values[b].scale, out)), out);
    }

    std::vector<double> addition(space::Value a, float other, const QuantParams& out) const {
        const double in = static_cast<double>(net_.values[a].scale);
        const double twice = 2.0 * std::max(in, static_cast<double>(other));
        return {in / twice, static_cast<double>(other) / twice,
                twice / (1048576.0 * static_cast<double>(out.scale))};
    }

    void by_channel(space::Value from, bool product) {
        const QuantParams out = params();
        const QuantParams own = params();
        const double in = static_cast<double>(net_.values[from].scale);
        Int8Constants constants =
            clamped(out, product ? std::vector<double>{in * 0.04 / static_cast<double>(out.scale) *
                                                       (wild_ && coin() ? 80.0 : 1.0)}
                                 : addition(from, own.scale, out));
        constants.params = own;
        for (std::int64_t i = 0; i < shape(from).channels; ++i) {
            constants.weights.push_back(static_cast<std::int8_t>(draw(rng_, -128, 127)));
        }
        if (product) {
            add(space::ChannelMul{}, {from}, std::move(constants), out);
        } else {
            add(space::ChannelAdd{}, {from}, std::move(constants), out);
        }
    }

    void requantize(space::Value from) {
        const QuantParams out = params();
        const double ratio = static_cast<double>(net_.values[from].scale) /
                             static_cast<double>(out.scale) / (wild_ ? 1.0 : 8.0);
        if (coin()) {
            add(space::Requantize{}, {from}, clamped(out, {ratio}), out);
        } else {
            add(space::Relu{}, {from}, clamped(out, {ratio}), out);
        }
    }

    void body() {
        const space::Value from = rng_.below(3) > 0 ? last() : rng_.below(last() + 1);
        const Shape map = shape(from);
        switch (rng_.below(10)) {
            case 0:
                return linear(space::Conv2d::of(side(9), window(map), true), from);
            case 1:
                return linear(space::Conv2d::of(side(9), {3, 3}, true), from);
            case 2:
                return linear(
                    space::DepthwiseConv2d::of(coin() ? 1 : side(3), depthwise(map), true), from);
            case 3:
                return move(space::MaxPool2d::of(window(map)), from);
            case 4:
                return move(space::AveragePool2d::of(window(map)), from);
            case 5:
                return move(space::Pad{side(4) - 1, side(4) - 1, side(4) - 1, side(4) - 1}, from);
            case 6:
                return by_channel(from, coin());
            case 7:
                return requantize(from);
            case 8:
                if (coin()) {
                    return move(space::Reshape{map.width, map.height, map.channels}, from);
                }
                return linear(space::Conv2d::of(side(9), {1, 1}, true), from);
            default:
                for (space::Value other = 0; other <= last(); ++other) {
                    if (shape(other) == map && (other != from || coin())) {
                        return sum(from, other);
                    }
                }
        }
    }

    void head() {
        const Shape map = net_.network.output();
        if (coin()) {
            const QuantParams out = coin() ? net_.values.back() : params();
            Int8Constants mean;
            if (!(out == net_.values.back())) {
                mean.multipliers = {
                    exporting::fixed_multiplier(static_cast<double>(net_.values.back().scale) /
                                                (static_cast<double>(out.scale) *
                                                 static_cast<double>(8 * map.height * map.width)))};
            }
            add(space::GlobalAveragePool{}, {last()}, std::move(mean), out);
        } else if (map.height > 1 || map.width > 1) {
            move(space::Reshape{1, 1, map.elements()}, last());
        }
        if (coin()) {
            linear(space::Dense{side(20)}, last());
        }
        linear(space::Dense{side(7)}, last());
        if (coin()) {
            Int8Constants softmax;
            softmax.multipliers = {exporting::softmax_multiplier(1.0F, net_.values.back().scale)};
            add(space::Softmax{}, {last()}, std::move(softmax), {1.0F / 256.0F, -128});
        }
    }

    Rng& rng_;
    bool wild_;
    exporting::Int8Network net_;
};

}  // namespace

exporting::Int8Network random_graph(Rng& rng, bool wild) {
    return Builder(rng, wild).build();
}

exporting::Int8Network deep_graph(Rng& rng) {
    space::Network network{{4, 5, 70}, {}};
    network.add("pool", space::MaxPool2d::of({2, 2, 1, 1, space::Padding::kSame}));
    network.add("conv", space::Conv2d::of(5, {3, 3}, true));
    network.add("average", space::GlobalAveragePool{});
    network.add("classifier", space::Dense{3});
    exporting::Int8Network deep = random_int8(network, rng);
    Int8Constants& conv = deep.constants[1];
    const std::size_t taps = conv.weights.size() / conv.bias.size();
    std::fill_n(conv.weights.begin() + static_cast<std::ptrdiff_t>(taps), taps, std::int8_t{127});
    std::fill_n(conv.weights.begin() + static_cast<std::ptrdiff_t>(3 * taps), taps,
                std::int8_t{-127});
    conv.multipliers[2] = {1 << 30, -30};
    return deep;
}

}  // namespace nanonas::testing
