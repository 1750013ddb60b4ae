#include "space/shapes.hpp"

#include <regex>

#include "space/errors.hpp"

namespace nanonas::space {

std::string to_string(const Shape& shape) {
    return std::to_string(shape.height) + "x" + std::to_string(shape.width) + "x" +
           std::to_string(shape.channels);
}

Shape parse_shape(const std::string& text, bool image) {
    static const std::regex pattern(R"((\d{1,5})x(\d{1,5})(?:x(\d{1,5}))?)");
    constexpr std::int64_t kLargestSide = 4096;
    std::smatch match;
    if (!std::regex_match(text, match, pattern)) {
        throw ConfigError("'" + text + "': not a shape, expected HxWxC such as 50x50x3");
    }
    Shape shape{std::stoll(match[1]), std::stoll(match[2]),
                match[3].matched ? std::stoll(match[3]) : 1};
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
