#include "export/tflite/float_builder.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "export/tflite/tflite_float.hpp"
#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

constexpr std::int32_t kFromHalf = 3;
constexpr std::uint16_t kHalfInfinity = 0x7C00;

}  // namespace

TfliteTensor float_tensor(const std::string& name, std::vector<std::int32_t> shape) {
    TfliteTensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    return tensor;
}

void TfliteFloatBuilder::begin(const std::vector<space::Value>& inputs) {
    value_ = written_[inputs.front()];
    second_ = written_[inputs.back()];
}

std::int32_t TfliteFloatBuilder::constant(TfliteTensor tensor, const std::vector<float>& values,
                                          const std::string& layer) {
    if (precision_ != Precision::kFloat16) {
        tensor.data = little_endian(values);
        return graph_.add(std::move(tensor));
    }
    TfliteTensor result = float_tensor(tensor.name, tensor.shape);
    tensor.name += ".float16";
    tensor.type = TensorType::FLOAT16;
    std::vector<std::uint16_t> halves;
    for (const float value : values) {
        halves.push_back(half_bits(value));
        if ((halves.back() & kHalfInfinity) == kHalfInfinity) {
            throw ExportError("layer '" + layer + "': a weight of " + std::to_string(value) +
                              " is beyond float16; use float32");
        }
    }
    tensor.data = little_endian(halves);
    TfliteOperator node;
    node.kind = BuiltinOperator::DEQUANTIZE;
    node.version = kFromHalf;
    node.inputs = {graph_.add(std::move(tensor))};
    const std::int32_t made = graph_.add(std::move(result));
    node.outputs = {made};
    graph_.operators.push_back(std::move(node));
    return made;
}

void TfliteFloatBuilder::add(TfliteOperator node, const std::vector<std::int32_t>& constants,
                             const std::string& name, std::vector<std::int32_t> shape) {
    node.inputs = {value_};
    node.inputs.insert(node.inputs.end(), constants.begin(), constants.end());
    value_ = graph_.add(float_tensor(name, std::move(shape)));
    node.outputs = {value_};
    graph_.operators.push_back(std::move(node));
}

std::uint16_t half_bits(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
    const std::int32_t exponent = static_cast<std::int32_t>((bits >> 23U) & 0xFFU) - 127;
    const std::uint32_t mantissa = (bits & 0x7FFFFFU) | 0x800000U;  // 1.m as 24 bits
    if (exponent > 15) {
        return static_cast<std::uint16_t>(sign | kHalfInfinity);
    }
    // Bits of the 24 that half precision drops: 13, more below its least normal exponent -14.
    const std::int32_t dropped = 13 + std::max(0, -14 - exponent);
    if (dropped > 24) {
        return sign;
    }
    const auto shift = static_cast<std::uint32_t>(dropped);
    std::uint32_t kept = mantissa >> shift;
    const std::uint32_t rest = mantissa & ((1U << shift) - 1U);
    const std::uint32_t half = 1U << (shift - 1U);
    if (rest > half || (rest == half && (kept & 1U) != 0)) {
        ++kept;  // may carry into the exponent, which is what rounding up means
    }
    // `kept` holds the leading one (bit 10) of a normal number: it adds 1 to the exponent field.
    const std::uint32_t field = exponent < -14 ? 0U : static_cast<std::uint32_t>(exponent + 14);
    return static_cast<std::uint16_t>(sign | ((field << 10U) + kept));
}

}  // namespace nanonas::exporting
