#include "train/data/image_orientation.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "train/data/byte_reader.hpp"

namespace nanonas::train {

namespace {

/// A number of a TIFF block, whose first letters say the order of its bytes.
std::uint32_t number(ByteReader& block, bool little, int bytes) {
    return little ? block.little(bytes) : block.big(bytes);
}

/// Of the TIFF block in an EXIF segment; 1 where there is none.
int tiff_orientation(const std::uint8_t* bytes, std::size_t size) {
    constexpr std::uint32_t kOrientation = 0x0112, kShort = 3;
    ByteReader block(bytes, size);
    const std::uint32_t order = block.big(2);
    const bool little = order == 0x4949;
    if ((!little && order != 0x4D4D) || number(block, little, 2) != 42) {
        return 1;
    }
    const std::uint32_t first = number(block, little, 4);
    block.skip(first < 8 ? size + 1 : first - 8);
    for (std::uint32_t left = number(block, little, 2); left > 0 && !block.overrun(); --left) {
        const std::uint32_t tag = number(block, little, 2);
        const std::uint32_t type = number(block, little, 2);
        const std::uint32_t count = number(block, little, 4);
        const std::uint32_t value = number(block, little, 2);
        block.skip(2);
        if (tag == kOrientation) {
            const bool sane = type == kShort && count == 1 && value >= 1 && value <= 8;
            return sane && !block.overrun() ? static_cast<int>(value) : 1;
        }
    }
    return 1;
}

}  // namespace

int jpeg_orientation(const std::uint8_t* bytes, std::size_t size) {
    static constexpr char kExif[6] = {'E', 'x', 'i', 'f', 0, 0};
    ByteReader file(bytes, std::min(size, kOrientationBytes));
    if (file.big(2) != 0xFFD8) {
        return 1;
    }
    while (!file.overrun() && file.byte() == 0xFF) {
        std::uint32_t marker = file.byte();
        while (marker == 0xFF && !file.overrun()) {
            marker = file.byte();
        }
        const std::uint32_t length = file.big(2);
        // Pictures begin with the segments of applications and comments; EXIF is among them.
        const bool passed = (marker >= 0xE0 && marker <= 0xEF) || marker == 0xFE;
        if (!passed || length < 2) {
            return 1;
        }
        const std::size_t held = std::min<std::size_t>(length - 2, file.left());
        if (marker == 0xE1 && held > sizeof kExif &&
            std::memcmp(file.here(), kExif, sizeof kExif) == 0) {
            return tiff_orientation(file.here() + sizeof kExif, held - sizeof kExif);
        }
        file.skip(length - 2);
    }
    return 1;
}

bool lies_on_its_side(int orientation) {
    return orientation >= 5;
}

void turn_upright(Image& image, int orientation) {
    if (orientation == 1) {
        return;
    }
    const space::Shape stored = image.shape;
    Image turned = image;
    if (lies_on_its_side(orientation)) {
        std::swap(turned.shape.height, turned.shape.width);
    }
    const bool mirrored =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool upside_down =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const auto channels = static_cast<std::size_t>(stored.channels);
    std::uint8_t* to = turned.pixels.data();
    for (std::int64_t row = 0; row < turned.shape.height; ++row) {
        for (std::int64_t column = 0; column < turned.shape.width; ++column, to += channels) {
            std::int64_t y = lies_on_its_side(orientation) ? column : row;
            std::int64_t x = lies_on_its_side(orientation) ? row : column;
            y = upside_down ? stored.height - 1 - y : y;
            x = mirrored ? stored.width - 1 - x : x;
            std::memcpy(to, image.pixels.data() + (y * stored.width + x) * stored.channels,
                        channels);
        }
    }
    image = std::move(turned);
}

}  // namespace nanonas::train
