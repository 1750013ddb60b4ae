// Weights of the float forms.
#include "export/tflite/tflite_float.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "tests/export/tflite/tflite_model.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using namespace nanonas::testing;
using tflite::BuiltinOperator;
using tflite::TensorType;

TEST_CASE("float forms hold the folded weights: as they are, as halves, as int8") {
    const TfliteModel model(cells({9, 9, 1}, {3, 1}));
    const FloatNetwork folded = float_network(model.trained);
    const FloatLinear stem = linear_of(folded, folded.network.nodes.front());
    const std::string full = model.bytes(Precision::kFloat32);
    const auto* weights = data_of(full, "stem.conv.weight");
    REQUIRE(weights->size() == 4 * stem.weights.size());
    CHECK(std::memcmp(weights->data(), stem.weights.data(), weights->size()) == 0);

    const std::string half = model.bytes(Precision::kFloat16);
    CHECK(operators_of(half).front() == BuiltinOperator::DEQUANTIZE);
    const auto* halves = data_of(half, "stem.conv.weight.float16");
    REQUIRE(halves->size() == 2 * stem.weights.size());
    CHECK(halves->Get(0) + 256 * halves->Get(1) == half_bits(stem.weights.front()));

    const std::string dynamic = model.bytes(Precision::kDynamic);
    const auto* rounded = data_of(dynamic, "stem.conv.weight");
    const auto* scales = tensor_named(dynamic, "stem.conv.weight")->quantization()->scale();
    REQUIRE(rounded->size() == stem.weights.size());
    REQUIRE(scales->size() == stem.bias.size());
    for (std::uint32_t i = 0; i < rounded->size(); ++i) {
        const float scale = scales->Get(i / 9);
        const float value = static_cast<float>(static_cast<std::int8_t>(rounded->Get(i))) * scale;
        CHECK(std::abs(value - stem.weights[i]) <= 0.5001F * scale);
    }
    CHECK(tensor_named(dynamic, "classifier.weight")->quantization()->scale()->size() == 1);
    CHECK(tensor_named(dynamic, "stem.conv")->type() == TensorType::FLOAT32);
}

TEST_CASE("half precision: nearest, halves to even, denormal and infinite numbers") {
    const std::pair<float, int> cases[] = {
        {0.0F, 0x0000},
        {-0.0F, 0x8000},
        {1.0F, 0x3C00},
        {-2.0F, 0xC000},
        {65504.0F, 0x7BFF},
        {65520.0F, 0x7C00},
        {65519.0F, 0x7BFF},
        {1e30F, 0x7C00},
        {0x1p-14F, 0x0400},
        {0x1p-24F, 0x0001},
        {0x1p-25F, 0x0000},
        {0x1.8p-25F, 0x0001},
        {0x1.8p-24F, 0x0002},
        {0x1.ffcp-15F, 0x0400},
        {1.0F + 0x1p-11F, 0x3C00},
        {1.0F + 0x3p-11F, 0x3C02},
        {1.0F + 0x1.8p-11F, 0x3C01},
    };
    for (const auto& [value, bits] : cases) {
        INFO(value);
        CHECK(half_bits(value) == bits);
    }
}
