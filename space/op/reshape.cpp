#include "space/op/reshape.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

Shape Reshape::output(const std::vector<Shape>& inputs) const {
    const Shape shape{height, width, channels};
    if (shape.elements() != inputs[0].elements()) {
        throw NetworkError("reshapes a " + to_string(inputs[0]) + " map to " + to_string(shape) +
                           ", expected as many values");
    }
    return shape;
}

}  // namespace nanonas::space
