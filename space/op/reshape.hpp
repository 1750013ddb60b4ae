#pragma once

#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// The same values in the same order, [height][width][channels], as a map of other sides.
struct Reshape {
    static constexpr const char* kName = "Reshape";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t height = 1, width = 1, channels = 1;

    /// Throws NetworkError for a map of another number of values.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&& field) {
        field("height", &Reshape::height, whole(1, kLargestSide));
        field("width", &Reshape::width, whole(1, kLargestSide));
        field("channels", &Reshape::channels, whole(1, kLargestSide));
    }
};

}  // namespace nanonas::space
