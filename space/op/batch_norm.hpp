#pragma once

#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// y = (x - mean) / sqrt(var + epsilon) * weight + bias, per channel; running statistics move by
/// `momentum` of the new batch (variance with Bessel's correction), as in torch.nn.BatchNorm2d.
/// Tensors: `.weight .bias .running_mean .running_var`, each [channels].
struct BatchNorm {
    static constexpr const char* kName = "BatchNorm";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = false;

    double epsilon = 1e-3;
    double momentum = 0.1;

    Shape output(const std::vector<Shape>& inputs) const { return inputs[0]; }
    std::vector<ParameterSpec> parameters(const std::vector<Shape>& inputs) const;
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&& field) {
        field("epsilon", &BatchNorm::epsilon, real(0.0, 1.0));
        field("momentum", &BatchNorm::momentum, real(0.0, 1.0));
    }
};

}  // namespace nanonas::space
