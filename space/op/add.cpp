#include "space/op/add.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

Shape Add::output(const std::vector<Shape>& inputs) const {
    if (inputs[0] != inputs[1]) {
        throw NetworkError("adds a " + to_string(inputs[0]) + " and a " + to_string(inputs[1]) +
                           " map, expected two of one shape");
    }
    return inputs[0];
}

}  // namespace nanonas::space
