#include "export/native/c_factor.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "space/errors.hpp"

namespace nanonas::exporting {

CFactor c_factor(double factor) {
    if (!(factor >= 0.0)) {
        throw ExportError("C source: a factor of " + std::to_string(factor) +
                          " in a dense layer, expected 0 or more");
    }
    if (factor < 0x1p-34) {
        return {};
    }
    constexpr double kMost = 255.0;
    factor = std::min(factor, kMost);
    int exponent = 0;
    std::frexp(factor, &exponent);  // factor in [2^(exponent - 1), 2^exponent)
    const int left = std::max(exponent + 23, 0);
    return {static_cast<std::uint64_t>(std::ldexp(factor, 87 - left)), left};
}

}  // namespace nanonas::exporting
