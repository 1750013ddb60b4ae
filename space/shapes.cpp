#include "space/shapes.hpp"

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::space {

std::string to_string(const Shape& shape) {
    return std::to_string(shape.height) + "x" + std::to_string(shape.width) + "x" +
           std::to_string(shape.channels);
}

Shape parse_shape(const std::string& text, bool image) {
    constexpr std::int64_t kLargestSide = 4096;
    Shape shape{0, 0, 1};
    TextScanner scanner(text);
    const bool read = scanner.number(shape.height, 5) && scanner.skip('x') &&
                      scanner.number(shape.width, 5) &&
                      (!scanner.skip('x') || scanner.number(shape.channels, 5));
    if (!read || !scanner.at_end()) {
        throw ConfigError("'" + text + "': not a shape, expected HxWxC such as 50x50x3");
    }
    for (const std::int64_t side : {shape.height, shape.width, shape.channels}) {
        if (side < 1 || side > kLargestSide) {
            throw ConfigError("'" + text + "': every size must be between 1 and 4096");
        }
    }
    if (image && shape.channels != 1 && shape.channels != 3) {
        throw ConfigError("'" + text + "': an image has 1 (grey) or 3 (RGB) channels, not " +
                          std::to_string(shape.channels));
    }
    return shape;
}

}  // namespace nanonas::space
