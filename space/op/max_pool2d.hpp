#pragma once

#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Square maximum, stride = size, no padding: height -> floor(height / size).
struct MaxPool2d {
    static constexpr const char* kName = "MaxPool2d";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t size = 2;

    /// Throws NetworkError for a map smaller than the window.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&& field) {
        field("size", &MaxPool2d::size, whole(1, kLargestKernel));
    }
};

}  // namespace nanonas::space
