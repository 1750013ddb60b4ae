#pragma once

#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Class probabilities from logits.
struct Softmax {
    static constexpr const char* kName = "Softmax";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = false;

    Shape output(const std::vector<Shape>& inputs) const { return inputs[0]; }
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&&) {}
};

}  // namespace nanonas::space
