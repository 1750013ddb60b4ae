#include "apps/pipeline/html/picture.hpp"

#include <stb_image_write.h>

#include "apps/pipeline/workers/base64.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline::html {

namespace {

void append(void* to, void* bytes, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(bytes),
                                          static_cast<std::size_t>(size));
}

}  // namespace

std::string picture_address(const space::Shape& shape, const std::uint8_t* pixels) {
    std::string png;
    const auto width = static_cast<int>(shape.width), channels = static_cast<int>(shape.channels);
    if (stbi_write_png_to_func(append, &png, width, static_cast<int>(shape.height), channels,
                               pixels, width * channels) == 0) {
        throw IoError("report: no PNG could be made of an image of " + to_string(shape));
    }
    return "data:image/png;base64," + base64(png);
}

}  // namespace nanonas::pipeline::html
