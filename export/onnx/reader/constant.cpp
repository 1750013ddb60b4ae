#include "export/onnx/reader/constant.hpp"

#include <cmath>

namespace nanonas::exporting {

std::int64_t OnnxConstant::elements() const {
    std::int64_t count = 1;
    for (const std::int64_t side : dims) {
        count *= side;
    }
    return count;
}

std::size_t OnnxConstant::scale_of(std::size_t at) const {
    if (scales.size() < 2) {
        return 0;
    }
    std::size_t behind = 1;
    for (std::size_t i = axis + 1; i < dims.size(); ++i) {
        behind *= static_cast<std::size_t>(dims[i]);
    }
    return at / behind % scales.size();
}

std::vector<double> OnnxConstant::exact() const {
    if (!dequantized()) {
        return {reals.begin(), reals.end()};
    }
    std::vector<double> values;
    for (std::size_t i = 0; i < integers.size(); ++i) {
        const std::size_t scale = scale_of(i);
        values.push_back(static_cast<double>(integers[i] - zeros[scale]) *
                         static_cast<double>(scales[scale]));
    }
    return values;
}

std::string dims_text(const std::vector<std::int64_t>& dims) {
    std::string text = "[";
    for (const std::int64_t side : dims) {
        text += (text.size() > 1 ? ", " : "") + std::to_string(side);
        if (text.size() > 60) {
            return text + ", ...]";
        }
    }
    return text + "]";
}

float half_to_float(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const int fraction = bits & 1023;
    const float magnitude = exponent == 31 ? (fraction == 0 ? INFINITY : NAN)
                            : exponent == 0
                                ? std::ldexp(static_cast<float>(fraction), -24)
                                : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

}  // namespace nanonas::exporting
