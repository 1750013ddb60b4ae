#include "space/op/batch_norm.hpp"

namespace nanonas::space {

std::vector<ParameterSpec> BatchNorm::parameters(const std::vector<Shape>& inputs) const {
    const std::vector<std::int64_t> channels{inputs[0].channels};
    return {{".weight", channels},
            {".bias", channels},
            {".running_mean", channels, false},
            {".running_var", channels, false}};
}

}  // namespace nanonas::space
