#pragma once

#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Active in training only.
struct Dropout {
    static constexpr const char* kName = "Dropout";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = false;

    double rate = 0.5;

    Shape output(const std::vector<Shape>& inputs) const { return inputs[0]; }
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&& field) {
        field("rate", &Dropout::rate, real(0.0, 1.0));
    }
};

}  // namespace nanonas::space
