#include "space/op/pad.hpp"

#include <string>

#include "space/errors.hpp"

namespace nanonas::space {

Shape Pad::output(const std::vector<Shape>& inputs) const {
    const auto text = [&] {
        return std::to_string(top) + " rows above, " + std::to_string(bottom) + " below, " +
               std::to_string(left) + " columns on the left, " + std::to_string(right) +
               " on the right";
    };
    for (const std::int64_t side : {top, bottom, left, right}) {
        if (side < 0 || side > kLargestKernel) {
            throw NetworkError("pads " + text() + "; expected 0 to " +
                               std::to_string(kLargestKernel) + " of each");
        }
    }
    const Shape padded{inputs[0].height + top + bottom, inputs[0].width + left + right,
                       inputs[0].channels};
    if (padded.height > kLargestSide || padded.width > kLargestSide) {
        throw NetworkError("pads a " + to_string(inputs[0]) + " map to " + to_string(padded) +
                           ", expected sides of at most " + std::to_string(kLargestSide));
    }
    return padded;
}

}  // namespace nanonas::space
