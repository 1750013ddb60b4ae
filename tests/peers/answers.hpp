// Images and what the interpreters answer for them, one after the other, as the checks read them.
#pragma once

#include <string>

#include "export/float_interpreter.hpp"
#include "export/int8/interpreter.hpp"
#include "space/images.hpp"
#include "space/little_endian.hpp"

namespace nanonas::peers {

/// uint8 [images][height][width][channels].
inline std::string pixels_of(const space::ImageView& images) {
    return {images.pixels, images.pixels + images.count * images.shape.elements()};
}

/// The int8 network's, int8 [images][classes].
inline std::string scores_of(const exporting::Int8Network& network,
                             const space::ImageView& images) {
    exporting::Int8Interpreter interpreter(network);
    std::string bytes;
    for (std::int64_t i = 0; i < images.count; ++i) {
        const auto& scores = interpreter.run(images.image(i));
        bytes.append(scores.begin(), scores.end());
    }
    return bytes;
}

/// The float network's, float32 [images][classes].
inline std::string logits_of(const exporting::FloatNetwork& network,
                             const space::ImageView& images) {
    exporting::FloatInterpreter interpreter(network);
    std::string bytes;
    for (std::int64_t i = 0; i < images.count; ++i) {
        bytes += little_endian(interpreter.run(images.image(i)));
    }
    return bytes;
}

}  // namespace nanonas::peers
