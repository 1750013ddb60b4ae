// Dense layers whose sums fall on ties, against what LiteRT answers.
#include <catch2/catch.hpp>

#include "export/int8/interpreter.hpp"
#include "export/tflite/reader/reader.hpp"
#include "tests/export/tflite/reader/model_spec.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using namespace nanonas::test;
using tflite::BuiltinOperator;
using tflite::TensorType;

namespace {

/// One dense layer from 3 values of scale 0.5 to 4 scores.
std::string model_bytes(const std::vector<float>& weight_scales, float out_scale) {
    const std::vector<std::int64_t> zeros(weight_scales.size(), 0);
    std::vector<float> bias_scales;
    for (const float scale : weight_scales) {
        bias_scales.push_back(0.5F * scale);
    }
    const std::vector<int> weights{-33, 2, 66, 89, 79, 107, -113, 35, -95, 87, 89, 2};
    ModelSpec model;
    model.tensors = {
        {"in", {1, 3}, TensorType::INT8, {0.5F}, {-128}, ""},
        {"weights",
         {4, 3},
         TensorType::INT8,
         weight_scales,
         zeros,
         std::string(weights.begin(), weights.end())},
        {"biases", {4}, TensorType::INT32, bias_scales, zeros, std::string(16, '\0')},
        {"out", {1, 4}, TensorType::INT8, {out_scale}, {0}, ""},
    };
    model.operators = {{static_cast<std::int32_t>(BuiltinOperator::FULLY_CONNECTED),
                        {0, 1, 2},
                        {3},
                        [](flatbuffers::FlatBufferBuilder& b) {
                            return std::pair(tflite::BuiltinOptions::FullyConnectedOptions,
                                             tflite::CreateFullyConnectedOptions(b).Union());
                        },
                        ""}};
    model.inputs = {0};
    model.outputs = {3};
    return model.bytes();
}

/// Of images whose pixels are 0 or `step`, but for the one of zeros.
std::vector<int> scores_of(const std::vector<float>& weight_scales, float out_scale, int step) {
    const ImportedModel model = parse_tflite(model_bytes(weight_scales, out_scale), "ties.tflite");
    Int8Interpreter interpreter(model.network);
    std::vector<int> scores;
    for (int image = 1; image < 8; ++image) {
        std::vector<std::uint8_t> pixels;
        for (int i = 0; i < 3; ++i) {
            pixels.push_back(static_cast<std::uint8_t>(step * (image >> i & 1)));
        }
        for (const std::int8_t score : interpreter.run(pixels.data())) {
            scores.push_back(score);
        }
    }
    return scores;
}

}  // namespace

// Recorded with ai-edge-litert 2.3.0 (BUILTIN_REF) from the bytes of model_bytes().

TEST_CASE("ties of a power of two go where LiteRT takes them") {
    CHECK(scores_of({0.25F}, 2.0F, 8) ==
          std::vector<int>{-17, 45, -57, 44, 1,    40, 18, 45, -16, 84, -39, 88,  33,  54,
                           -48, 1,  17,  98, -104, 45, 34, 93, -30, 46, 18,  127, -87, 89});
}

TEST_CASE("ties that are one only as a double go where LiteRT takes them") {
    CHECK(scores_of({0.25F}, 12.25F, 49) ==
          std::vector<int>{-17, 45, -56, 44,   1,  40, 18, 45,  -15, 84, -39, 88,  33, 53, -47,
                           1,   17, 98,  -104, 45, 34, 93, -30, 45,  18, 127, -87, 89});  // 1 / 98
}

TEST_CASE("each of the scales of a dense layer has its own ties") {
    CHECK(scores_of({0.25F, 0.125F, 0.75F, 0.1F}, 2.0F, 8) ==
          std::vector<int>{-17,  22, -128, 17, 1,    20, 53, 18, -16, 42, -117, 35, 33,   27,
                           -128, 0,  17,   49, -128, 18, 34, 47, -90, 18, 18,   69, -128, 36});
}
