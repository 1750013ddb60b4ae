#pragma once

#include "space/op/parameter.hpp"
#include "space/op/window_fields.hpp"

namespace nanonas::space {

/// Mean of each window, of what of it lies on the map: padding is not counted.
struct AveragePool2d {
    static constexpr const char* kName = "AveragePool2d";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t kernel = 2;
    std::int64_t kernel_width = 0, stride = 1, stride_width = 0;
    bool valid = false;  ///< no padding

    static AveragePool2d of(const Window& window) {
        AveragePool2d pool;
        set_window_fields(pool, window);
        return pool;
    }
    Window window() const { return window_of_fields(*this); }

    /// Throws NetworkError for a window that does not fit the map.
    Shape output(const std::vector<Shape>& inputs) const {
        return window().output(inputs[0], inputs[0].channels);
    }
    std::vector<ParameterSpec> parameters(const std::vector<Shape>&) const { return {}; }
    std::int64_t macc(const std::vector<Shape>&) const { return 0; }
    std::int64_t weight_bytes(const std::vector<Shape>&) const { return 0; }

    template <typename Field>
    static void fields(Field&& field) {
        list_window_fields<AveragePool2d>(field);
    }
};

}  // namespace nanonas::space
