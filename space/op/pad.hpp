#pragma once

#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Rows and columns of zeros around a map.
struct Pad {
    static constexpr const char* kName = "Pad";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t top = 0, bottom = 0, left = 0, right = 0;

    /// Throws NetworkError for a side that is not in [0, kLargestKernel], and for a map whose side
    /// would be larger than kLargestSide.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&& field) {
        field("top", &Pad::top, whole(0, kLargestKernel));
        field("bottom", &Pad::bottom, whole(0, kLargestKernel));
        field("left", &Pad::left, whole(0, kLargestKernel));
        field("right", &Pad::right, whole(0, kLargestKernel));
    }
};

}  // namespace nanonas::space
