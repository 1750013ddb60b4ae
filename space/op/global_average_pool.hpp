#pragma once

#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Mean over height and width: h x w x c -> 1 x 1 x c.
struct GlobalAveragePool {
    static constexpr const char* kName = "GlobalAveragePool";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    Shape output(const std::vector<Shape>& inputs) const { return {1, 1, inputs[0].channels}; }
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&&) {}
};

}  // namespace nanonas::space
