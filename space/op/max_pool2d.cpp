#include "space/op/max_pool2d.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

Shape MaxPool2d::output(const std::vector<Shape>& inputs) const {
    const Shape& in = inputs[0];
    if (size < 1 || in.height < size || in.width < size) {
        throw NetworkError("a " + to_string(in) + " map cannot be pooled by " +
                           std::to_string(size));
    }
    return {in.height / size, in.width / size, in.channels};
}

}  // namespace nanonas::space
