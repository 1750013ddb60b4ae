#pragma once

#include "space/op/activation.hpp"
#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// `.weight` [out][in], `.bias` [out]; reads a 1 x 1 x n map.
struct Dense {
    static constexpr const char* kName = "Dense";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t out_features = 2;
    Activation activation = Activation::kNone;  ///< set by passes

    /// Throws NetworkError for a larger map and for no outputs.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>& inputs) const;
    std::int64_t macc(const std::vector<Shape>& inputs) const;
    std::int64_t weight_bytes(const std::vector<Shape>& inputs) const;

    template <typename Field>
    static void fields(Field&& field) {
        field("out_features", &Dense::out_features, whole(1, kLargestSide));
    }
};

}  // namespace nanonas::space
