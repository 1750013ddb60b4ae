#include "space/op/dense.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

Shape Dense::output(const std::vector<Shape>& inputs) const {
    if (inputs[0].height != 1 || inputs[0].width != 1) {
        throw NetworkError("reads a 1x1xN map, not " + to_string(inputs[0]));
    }
    if (out_features < 1) {
        throw NetworkError("needs at least one output");
    }
    return {1, 1, out_features};
}

std::vector<ParameterSpec> Dense::parameters(const std::vector<Shape>& inputs) const {
    return {{".weight", {out_features, inputs[0].channels}}, {".bias", {out_features}}};
}

std::int64_t Dense::macc(const std::vector<Shape>& inputs) const {
    return inputs[0].elements() * out_features;
}

std::int64_t Dense::weight_bytes(const std::vector<Shape>& inputs) const {
    return out_features * (inputs[0].elements() + kBiasBytes);
}

}  // namespace nanonas::space
