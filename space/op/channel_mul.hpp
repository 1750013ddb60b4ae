#pragma once

#include "space/op/activation.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Times a constant per channel, `.weight` [channels]: the scale of a batch norm that another
/// program left apart.
struct ChannelMul {
    static constexpr const char* kName = "ChannelMul";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = false;

    Activation activation = Activation::kNone;  ///< set by passes and by readers of files

    Shape output(const std::vector<Shape>& inputs) const { return inputs[0]; }
    std::vector<ParameterSpec> parameters(const std::vector<Shape>& inputs) const {
        return {{".weight", {inputs[0].channels}}};
    }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>& inputs) const { return inputs[0].channels; }

    template <typename Field>
    static void fields(Field&&) {}
};

}  // namespace nanonas::space
