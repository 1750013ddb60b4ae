#include <cmath>
#include <cstring>
#include <limits>

#include "export/pytorch/stored_tensor.hpp"
#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

float half_value(std::uint64_t bits) {
    const auto exponent = static_cast<int>((bits >> 10U) & 0x1FU);
    const auto mantissa = static_cast<float>(bits & 0x3FFU);
    float value = 0.0F;
    if (exponent == 31) {
        value = mantissa == 0.0F ? std::numeric_limits<float>::infinity()
                                 : std::numeric_limits<float>::quiet_NaN();
    } else if (exponent == 0) {
        value = std::ldexp(mantissa, -24);
    } else {
        value = std::ldexp(mantissa + 1024.0F, exponent - 25);
    }
    return (bits & 0x8000U) != 0 ? -value : value;
}

float float_value(std::uint64_t bits) {
    const auto low = static_cast<std::uint32_t>(bits);
    float value = 0.0F;
    std::memcpy(&value, &low, sizeof value);
    return value;
}

float bfloat_value(std::uint64_t bits) {
    return float_value(bits << 16U);
}

/// Nearest; infinite when it is beyond all floats.
float double_value(std::uint64_t bits) {
    double value = 0.0;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) {
        return std::numeric_limits<float>::infinity();
    }
    return static_cast<float>(value);
}

struct ElementType {
    std::string_view storage;
    std::size_t bytes;
    float (*value)(std::uint64_t bits);
};
constexpr ElementType kTypes[] = {{"FloatStorage", 4, float_value},
                                  {"DoubleStorage", 8, double_value},
                                  {"HalfStorage", 2, half_value},
                                  {"BFloat16Storage", 2, bfloat_value}};

const ElementType* find_type(const std::string& storage) {
    for (const ElementType& type : kTypes) {
        if (type.storage == storage) {
            return &type;
        }
    }
    return nullptr;
}

}  // namespace

bool is_float_type(const std::string& type) {
    return find_type(type) != nullptr;
}

std::optional<std::vector<float>> values_of(const StoredTensor& tensor, std::string_view bytes) {
    const ElementType* const type = find_type(tensor.type);
    if (type == nullptr || tensor.strides.size() != tensor.shape.size()) {
        return std::nullopt;
    }
    const auto stored = static_cast<std::int64_t>(bytes.size() / type->bytes);
    if (tensor.offset >= stored) {
        return std::nullopt;
    }
    std::int64_t last = tensor.offset;  // the element farthest into the file
    std::int64_t count = 1;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const std::int64_t steps = tensor.shape[i] - 1;
        if (steps > 0 && tensor.strides[i] > (stored - 1 - last) / steps) {
            return std::nullopt;
        }
        last += steps > 0 ? steps * tensor.strides[i] : 0;
        count *= tensor.shape[i];
    }
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(count));
    std::vector<std::int64_t> at(tensor.shape.size(), 0);
    for (std::int64_t i = 0; i < count; ++i) {
        std::int64_t element = tensor.offset;
        for (std::size_t side = 0; side < at.size(); ++side) {
            element += at[side] == 0 ? 0 : at[side] * tensor.strides[side];
        }
        values.push_back(type->value(read_little_endian(
            bytes, static_cast<std::size_t>(element) * type->bytes, type->bytes)));
        for (std::size_t side = at.size(); side-- > 0 && ++at[side] == tensor.shape[side];) {
            at[side] = 0;
        }
    }
    return values;
}

}  // namespace nanonas::exporting
