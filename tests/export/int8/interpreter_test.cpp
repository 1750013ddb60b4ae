#include "export/int8/interpreter.hpp"

#include <catch2/catch.hpp>

#include "export/int8/multiplier.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using Bytes = std::vector<std::int8_t>;

namespace {

struct Layer : Int8Constants {
    explicit Layer(space::Op kind) : op(std::move(kind)) {}
    space::Op op;
    QuantParams in{1.0F, -128};
    QuantParams out{};
};

/// A network of one layer that reads raw pixels.
Int8Network network_of(const space::Shape& input, const Layer& layer) {
    Int8Network network;
    network.network.input = input;
    network.values.push_back(layer.in);
    network.add("layer", layer.op, layer, layer.out);
    return network;
}

Bytes outputs(const Int8Network& network, const std::vector<std::uint8_t>& pixels) {
    Int8Interpreter interpreter(network);
    const Bytes result = interpreter.run(pixels.data());
    CHECK(interpreter.activation(network.constants.size() - 1) == result);
    return result;
}

Layer convolution(std::int64_t kernel, std::int64_t out) {
    return Layer(space::Conv2d{out, kernel, true});
}

}  // namespace

TEST_CASE("a 3x3 convolution by hand: borders, zero point, bias, multiplier") {
    Layer layer = convolution(3, 1);
    //                w00 w01 w02 w10 w11 w12 w20 w21 w22
    layer.weights = {1, 2, 3, 4, 5, 6, 7, 8, -9};
    layer.bias = {10};
    layer.multipliers = {fixed_multiplier(0.5)};
    layer.out = {2.0F, 3};
    // Pixels 1 2 / 3 4 are q - Z = 1 2 / 3 4.
    // (0,0): 1*5 + 2*6 + 3*8 + 4*-9 + 10 = 15 -> 7.5 -> 8, + 3 = 11
    // (0,1): 1*4 + 2*5 + 3*7 + 4*8 + 10 = 77 -> 38.5 -> 39, + 3 = 42
    // (1,0): 1*2 + 2*3 + 3*5 + 4*6 + 10 = 57 -> 28.5 -> 29, + 3 = 32
    // (1,1): 1*1 + 2*2 + 3*4 + 4*5 + 10 = 47 -> 23.5 -> 24, + 3 = 27
    CHECK(outputs(network_of({2, 2, 1}, layer), {1, 2, 3, 4}) == Bytes{11, 42, 32, 27});
}

TEST_CASE("a window with a stride: SAME pads the odd row below and on the right, VALID nothing") {
    // Pixels 1 to 12 on 3x4; sums of weights 1, 10 over 100, 1000.
    const std::vector<std::uint8_t> pixels{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const auto answers = [&](const space::Window& window, std::vector<std::int8_t> weights) {
        Layer layer{space::Conv2d::of(1, window, true)};
        layer.weights = std::move(weights);
        layer.bias = {0};
        layer.multipliers = {fixed_multiplier(1.0)};
        return outputs(network_of({3, 4, 1}, layer), pixels);
    };
    using space::Padding;
    // 2x2 by stride 2: rows 0-1 and 2 with one of padding below.
    CHECK(answers({2, 2, 2, 2, Padding::kSame}, {1, 2, 3, 4}) ==
          Bytes{1 + 4 + 15 + 24, 3 + 8 + 21 + 32, 9 + 20, 11 + 24});
    CHECK(answers({2, 2, 2, 2, Padding::kValid}, {1, 2, 3, 4}) ==
          Bytes{1 + 4 + 15 + 24, 3 + 8 + 21 + 32});
    // 1x3 by stride 1x2 on 4 columns: one column of padding, on the right.
    CHECK(answers({1, 3, 1, 2, Padding::kSame}, {1, 2, 3}) ==
          Bytes{14, 3 + 8, 38, 7 + 16, 62, 11 + 24});
    // 3x1 without padding is one row.
    CHECK(answers({3, 1, 1, 1, Padding::kValid}, {1, 1, 1}) == Bytes{15, 18, 21, 24});
    // 1x1 by stride 3 takes the first of three.
    CHECK(answers({1, 1, 3, 3, Padding::kSame}, {2}) == Bytes{2, 8});
}

TEST_CASE("a depthwise convolution reads one channel for each output") {
    Layer layer{space::DepthwiseConv2d::of(2, {1, 2, 1, 1, space::Padding::kSame}, true)};
    // Outputs 0 and 1 read channel 0, outputs 2 and 3 channel 1.
    layer.weights = {1, 2, 0, 1, 3, 0, -1, 1};
    layer.bias = {0, 10, 0, 0};
    layer.multipliers.assign(4, fixed_multiplier(1.0));
    layer.out = {1.0F, 5};
    // Pixels (1, 2) (3, 4), a column of padding on the right.
    CHECK(outputs(network_of({1, 2, 2}, layer), {1, 2, 3, 4}) ==
          Bytes{5 + 1 + 6, 5 + 10 + 3, 5 + 6, 5 - 2 + 4, 5 + 3, 5 + 10, 5 + 12, 5 - 4});
}

TEST_CASE("padding is the zero point, not the byte 0") {
    Layer layer = convolution(3, 1);
    layer.in = {1.0F, -20};
    layer.weights = {9, 9, 9, 9, 1, 9, 9, 9, 9};
    layer.bias = {0};
    layer.multipliers = {fixed_multiplier(0.5)};
    // Pixel 138 is q = 10, q - Z = 30; the border adds nothing.
    CHECK(outputs(network_of({1, 1, 1}, layer), {138}) == Bytes{15});
}

TEST_CASE("outputs are clamped, a ReLU at the zero point") {
    Layer layer = convolution(1, 3);
    layer.weights = {127, -127, -1};
    layer.bias = {0, 0, 0};
    layer.multipliers.assign(3, fixed_multiplier(0.5));
    layer.out = {1.0F, -10};
    CHECK(outputs(network_of({1, 1, 1}, layer), {20}) == Bytes{127, -128, -20});
    layer.clamp_min = -10;
    CHECK(outputs(network_of({1, 1, 1}, layer), {20}) == Bytes{127, -10, -10});
}

TEST_CASE("channels are the fastest index of weights and maps") {
    Layer layer = convolution(1, 2);
    layer.weights = {2, 4, 6, 8};  // [out][in]
    layer.bias = {0, 2};
    layer.multipliers.assign(2, fixed_multiplier(0.5));
    // Positions (1, 2) and (3, 0): out 0 = (2a + 4b) / 2, out 1 = (6a + 8b + 2) / 2.
    CHECK(outputs(network_of({1, 2, 2}, layer), {1, 2, 3, 0}) == Bytes{5, 12, 3, 10});
}

TEST_CASE("a dense layer by hand") {
    Layer layer(space::Dense{2});
    layer.weights = {1, -2, 3, 0, 5, -6};
    layer.bias = {4, -5};
    layer.multipliers = {fixed_multiplier(0.25), fixed_multiplier(0.75)};
    layer.out = {1.0F, 1};
    // Inputs 10 20 30: 10 - 40 + 90 + 4 = 64 -> 16 + 1; 100 - 180 - 5 = -85 -> -63.75 -> -64 + 1.
    CHECK(outputs(network_of({1, 1, 3}, layer), {10, 20, 30}) == Bytes{17, -63});
}

TEST_CASE("a dense layer rounds once, by its scales in double and halves away from zero") {
    Layer layer(space::Dense{3});
    layer.one_rounding = true;
    layer.weights = {1, -1, 1};
    layer.bias = {0, 0, 0};
    layer.multipliers.assign(3, fixed_multiplier(0.5));
    layer.in.scale = 1.0F;
    layer.weight_scales = {0.5F, 0.5F, 1.0F};
    layer.out = {1.0F, 0};
    CHECK(outputs(network_of({1, 1, 1}, layer), {3}) == Bytes{2, -2, 3});
    layer.out.scale = 6.0F;  // by 1/6 in double, of which 2^-31 does not hold enough
    CHECK(outputs(network_of({1, 1, 1}, layer), {3}) == Bytes{0, 0, 1});
}

TEST_CASE("max pooling drops the odd row and column") {
    const Layer pool(space::MaxPool2d{2});
    CHECK(outputs(network_of({3, 3, 1}, pool), {1, 7, 200, 3, 5, 200, 200, 200, 200}) ==
          Bytes{7 - 128});
    const Layer two(space::MaxPool2d{2});
    CHECK(outputs(network_of({2, 4, 2}, two), {0, 9, 1, 8, 2, 7, 3, 6, 4, 5, 5, 4, 6, 3, 7, 2}) ==
          Bytes{5 - 128, 9 - 128, 7 - 128, 7 - 128});
}

TEST_CASE("the average rounds halves away from zero") {
    const auto average = [](const std::vector<std::uint8_t>& pixels) {
        const space::Shape input{1, static_cast<std::int64_t>(pixels.size()), 1};
        return int{outputs(network_of(input, Layer(space::GlobalAveragePool{})), pixels)[0]};
    };
    CHECK(average({129, 130}) == 2);             // 1.5
    CHECK(average({127, 126}) == -2);            // -1.5
    CHECK(average({128, 129, 129, 128}) == 1);   // 0.5
    CHECK(average({128, 127, 127, 128}) == -1);  // -0.5
    CHECK(average({128, 128, 129}) == 0);        // 1/3
    CHECK(average({127, 127, 128}) == -1);       // -2/3
    CHECK(average({0, 0, 0}) == -128);
    CHECK(average({255}) == 127);
}

TEST_CASE("the average is taken per channel") {
    const Layer pool(space::GlobalAveragePool{});
    CHECK(outputs(network_of({2, 1, 2}, pool), {130, 140, 132, 160}) == Bytes{3, 22});
}

TEST_CASE("the first of equal scores wins") {
    CHECK(top_class(Bytes{-5, 7, 7, 2}) == 1);
    CHECK(top_class(Bytes{-128, -128}) == 0);
}

TEST_CASE("maps of two scales are added at their real values") {
    Int8Network network;
    network.network.input = {1, 3, 1};
    network.values.push_back({0.5F, -128});
    Int8Constants twice;
    twice.multipliers = {fixed_multiplier(2.0)};
    // The same values at half the scale: q = 2 (pixel) - 100.
    network.add("finer", space::Requantize{}, twice, {0.25F, -100});
    Int8Constants sum;
    sum.multipliers = {fixed_multiplier(0.5), fixed_multiplier(0.25),
                       fixed_multiplier(1.0 / 0x1p20 / 1.0)};
    CHECK(network.add("sum", space::Add{}, {0, 1}, sum, {1.0F, 7}) == 2);
    // x / 2 + x / 2 at a scale of 1; what the finer map cannot hold is 227 / 4.
    CHECK(outputs(network, {0, 9, 200}) == Bytes{7, 16, 127});
    network.constants.back().clamp_min = 10;
    CHECK(outputs(network, {0, 9, 200}) == Bytes{10, 16, 127});
}

TEST_CASE("a pad is the zero point around the map") {
    Layer layer{space::Pad{1, 0, 0, 2}};
    layer.in = layer.out = {1.0F, -20};
    // Pixels 129 130 / 131 132 are q = 1 2 / 3 4.
    CHECK(outputs(network_of({2, 2, 1}, layer), {129, 130, 131, 132}) ==
          Bytes{-20, -20, -20, -20, 1, 2, -20, -20, 3, 4, -20, -20});
}

TEST_CASE("an average of windows counts what lies on the map, halves away from zero") {
    using space::Padding;
    Layer layer{space::AveragePool2d::of({2, 2, 1, 2, Padding::kSame})};
    layer.in = layer.out = {1.0F, -5};
    // q = 1 2 4 / -6 -7 -9; the last column and row have padding behind them.
    const std::vector<std::uint8_t> pixels{129, 130, 132, 122, 121, 119};
    CHECK(outputs(network_of({2, 3, 1}, layer), pixels) == Bytes{-3, -3, -7, -9});
    layer.op = space::AveragePool2d::of({1, 2, 1, 1, Padding::kValid});
    CHECK(outputs(network_of({2, 3, 1}, layer), pixels) == Bytes{2, 3, -7, -8});
}

TEST_CASE("a maximum of windows of two sides, with padding and without") {
    using space::Padding;
    Layer layer{space::MaxPool2d::of({1, 3, 1, 2, Padding::kSame})};
    layer.in = layer.out = {1.0F, -5};
    const std::vector<std::uint8_t> pixels{10, 30, 20, 5, 1, 2, 3, 4};
    const auto at = [](int pixel) { return static_cast<std::int8_t>(pixel - 128); };
    // Four columns by stride 2: one column of padding, on the right.
    CHECK(outputs(network_of({2, 4, 1}, layer), pixels) == Bytes{at(30), at(20), at(3), at(4)});
    layer.op = space::MaxPool2d::of({2, 2, 1, 1, Padding::kValid});
    CHECK(outputs(network_of({2, 4, 1}, layer), pixels) == Bytes{at(30), at(30), at(20)});
}

TEST_CASE("a reshape moves nothing") {
    Layer layer{space::Reshape{1, 1, 6}};
    layer.in = layer.out = {1.0F, -5};
    CHECK(outputs(network_of({1, 2, 3}, layer), {128, 129, 130, 131, 132, 133}) ==
          Bytes{0, 1, 2, 3, 4, 5});
}
