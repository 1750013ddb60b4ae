#pragma once

#include "space/op/activation.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Plus a constant per channel, `.bias` [channels]: the shift of a batch norm that another
/// program left apart.
struct ChannelAdd {
    static constexpr const char* kName = "ChannelAdd";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = false;

    Activation activation = Activation::kNone;  ///< set by passes and by readers of files

    Shape output(const std::vector<Shape>& inputs) const { return inputs[0]; }
    std::vector<ParameterSpec> parameters(const std::vector<Shape>& inputs) const {
        return {{".bias", {inputs[0].channels}}};
    }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>& inputs) const { return inputs[0].channels; }

    template <typename Field>
    static void fields(Field&&) {}
};

}  // namespace nanonas::space
