#pragma once

#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/op/window.hpp"

namespace nanonas::space {

/// Largest value of each window, of what of it lies on the map. Squares side by side without
/// padding are their `size` alone, as files had it first: height -> floor(height / size).
struct MaxPool2d {
    static constexpr const char* kName = "MaxPool2d";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t size = 2;
    std::int64_t size_width = 0, stride = 0, stride_width = 0;  ///< 0: as `size`
    bool same = false;                                          ///< padded

    static MaxPool2d of(const Window& window);
    Window window() const;
    /// Squares side by side, without padding.
    bool tiles() const;

    /// Throws NetworkError for a window that does not fit the map.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&& field) {
        field("size", &MaxPool2d::size, whole(1, kLargestKernel));
        field("size_width", &MaxPool2d::size_width, optional_whole(0, kLargestKernel));
        field("stride", &MaxPool2d::stride, optional_whole(0, kLargestKernel));
        field("stride_width", &MaxPool2d::stride_width, optional_whole(0, kLargestKernel));
        field("same", &MaxPool2d::same, OptionalFlag{});
    }
};

}  // namespace nanonas::space
