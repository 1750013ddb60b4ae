#pragma once

#include "space/op/activation.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// The sum of two maps of one shape: the end of a residual connection.
struct Add {
    static constexpr const char* kName = "Add";
    static constexpr std::size_t kInputs = 2;
    static constexpr bool kMovesData = true;

    Activation activation = Activation::kNone;  ///< set by passes and by readers of files

    /// Throws NetworkError for maps of two shapes.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&&) {}
};

}  // namespace nanonas::space
