#include "train/data/indexed_image.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "space/errors.hpp"
#include "train/data/byte_reader.hpp"
#include "train/data/stb_image_options.hpp"

namespace nanonas::train {

namespace {

constexpr std::size_t kPngStart = 8;
constexpr std::size_t kPngColourType = 25;
constexpr std::uint8_t kPngIndexed = 3;

struct Entry {
    std::uint8_t red = 0, green = 0, blue = 0;
};
using Palette = std::vector<Entry>;

bool is_grey(const Palette& palette) {
    return std::all_of(palette.begin(), palette.end(), [](const Entry& entry) {
        return entry.red == entry.green && entry.green == entry.blue;
    });
}

Palette rgb_palette(ByteReader bytes, std::size_t entries) {
    Palette palette(entries);
    for (Entry& entry : palette) {
        entry.red = static_cast<std::uint8_t>(bytes.byte());
        entry.green = static_cast<std::uint8_t>(bytes.byte());
        entry.blue = static_cast<std::uint8_t>(bytes.byte());
    }
    return palette;
}

Image look_up(const space::Shape& size, const std::vector<std::uint8_t>& indexes,
              const Palette& palette, const char* kind) {
    const std::uint8_t largest = *std::max_element(indexes.begin(), indexes.end());
    if (largest >= palette.size()) {
        throw DataError(std::string("corrupt ") + kind + ": palette index " +
                        std::to_string(largest) + ", but " + std::to_string(palette.size()) +
                        " entries");
    }
    Image image;
    image.shape = {size.height, size.width, is_grey(palette) ? 1 : 3};
    image.pixels.reserve(static_cast<std::size_t>(image.shape.elements()));
    for (const std::uint8_t index : indexes) {
        const Entry& entry = palette[index];
        image.pixels.push_back(entry.red);
        if (image.shape.channels == 3) {
            image.pixels.push_back(entry.green);
            image.pixels.push_back(entry.blue);
        }
    }
    return image;
}

struct Chunk {
    std::string type;
    std::size_t at = 0;    ///< of its length field
    std::size_t size = 0;  ///< of its content
};

/// Chunks up to the first IDAT; the last one may be cut.
std::vector<Chunk> png_header(const std::uint8_t* bytes, std::size_t size) {
    std::vector<Chunk> chunks;
    for (std::size_t at = kPngStart; at + 8 <= size;) {
        ByteReader reader(bytes + at, size - at);
        const std::size_t length = reader.big(4);
        chunks.push_back(
            {std::string(reinterpret_cast<const char*>(reader.here()), 4), at, length});
        if (chunks.back().type == "IDAT") {
            break;
        }
        at += 12 + length;
    }
    return chunks;
}

/// The indexes are decoded as the grey samples they are stored like: same filters and interlacing.
Image decode_indexed_png(const std::uint8_t* bytes, std::size_t size) {
    std::vector<std::uint8_t> plain(bytes, bytes + size);
    plain[kPngColourType] = 0;
    const std::uint8_t depth = bytes[kPngColourType - 1];
    if (depth != 1 && depth != 2 && depth != 4 && depth != 8) {
        throw DataError("corrupt PNG: impossible header");
    }
    Palette palette;
    for (const Chunk& chunk : png_header(bytes, size)) {
        if (chunk.type == "PLTE" && chunk.at + 8 + chunk.size <= size) {
            palette = rgb_palette({bytes + chunk.at + 8, chunk.size},
                                  std::min<std::size_t>(chunk.size / 3, 256));
        }
        if (chunk.type == "tRNS") {
            plain[chunk.at + 4] = 't' ^ 0x10;  // another chunk that may be passed over
        }
    }
    int width = 0;
    int height = 0;
    int channels = 0;
    const std::unique_ptr<stbi_uc, void (*)(void*)> decoded(
        stbi_load_from_memory(plain.data(), static_cast<int>(size), &width, &height, &channels, 1),
        stbi_image_free);
    if (!decoded) {
        const char* reason = stbi_failure_reason();
        throw DataError(std::string("corrupt or unsupported PNG: ") +
                        (reason != nullptr ? reason : "unknown"));
    }
    const space::Shape shape{height, width, 1};
    std::vector<std::uint8_t> indexes(decoded.get(), decoded.get() + shape.elements());
    const int step = 255 / ((1 << depth) - 1);  // grey samples come spread over 0..255
    for (std::uint8_t& index : indexes) {
        index = static_cast<std::uint8_t>(index / step);
    }
    return look_up(shape, indexes, palette, "PNG");
}

struct BmpHeader {
    std::size_t pixels = 0;  ///< offset in the file
    std::uint32_t header = 0;
    std::int32_t width = 0;
    std::int32_t height = 0;  ///< negative: rows from the top
    std::uint32_t bits = 0;
    bool packed = false;

    bool indexed() const { return bits == 1 || bits == 4 || bits == 8; }
    std::size_t palette_at() const { return 14 + std::size_t{header}; }
    std::size_t entry_bytes() const { return header == 12 ? 3 : 4; }
    /// What lies between header and pixels, up to what an index can name.
    std::size_t entries() const {
        const std::size_t room =
            pixels > palette_at() ? (pixels - palette_at()) / entry_bytes() : 0;
        return std::min(room, std::size_t{1} << bits);
    }
};

BmpHeader bmp_header(ByteReader file) {
    BmpHeader bmp;
    file.skip(10);
    bmp.pixels = file.little(4);
    bmp.header = file.little(4);
    const bool old = bmp.header == 12;
    bmp.width = static_cast<std::int32_t>(file.little(old ? 2 : 4));
    bmp.height = static_cast<std::int32_t>(file.little(old ? 2 : 4));
    file.skip(2);
    bmp.bits = file.little(2);
    bmp.packed = !old && file.little(4) != 0;
    return bmp;
}

Palette bmp_palette(const BmpHeader& bmp, const std::uint8_t* bytes, std::size_t size) {
    Palette palette(bmp.entries());
    ByteReader reader(bytes, size);
    reader.skip(bmp.palette_at());
    for (Entry& entry : palette) {
        entry.blue = static_cast<std::uint8_t>(reader.byte());
        entry.green = static_cast<std::uint8_t>(reader.byte());
        entry.red = static_cast<std::uint8_t>(reader.byte());
        reader.skip(bmp.entry_bytes() - 3);
    }
    return palette;
}

/// image_damage has seen to it that all rows are there.
Image decode_indexed_bmp(const BmpHeader& bmp, const std::uint8_t* bytes, std::size_t size) {
    const auto width = static_cast<std::size_t>(bmp.width);
    const auto height = static_cast<std::size_t>(std::abs(std::int64_t{bmp.height}));
    const std::size_t stride = (width * bmp.bits + 31) / 32 * 4;
    std::vector<std::uint8_t> indexes;
    indexes.reserve(width * height);
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint8_t* row =
            bytes + bmp.pixels + stride * (bmp.height < 0 ? y : height - 1 - y);
        for (std::size_t x = 0; x < width; ++x) {
            const std::size_t bit = x * bmp.bits;
            const std::size_t shift = 8 - bmp.bits - bit % 8;
            indexes.push_back(
                static_cast<std::uint8_t>((row[bit / 8] >> shift) & ((1U << bmp.bits) - 1)));
        }
    }
    return look_up({static_cast<std::int64_t>(height), bmp.width, 1}, indexes,
                   bmp_palette(bmp, bytes, size), "BMP");
}

Colours colours_of(const Palette& palette) {
    return is_grey(palette) ? Colours::kGrey : Colours::kColoured;
}

Colours png_colours(const std::uint8_t* bytes, std::size_t size) {
    if (size <= kPngColourType) {
        return Colours::kUnknown;
    }
    if (bytes[kPngColourType] != kPngIndexed) {
        return Colours::kColoured;
    }
    for (const Chunk& chunk : png_header(bytes, size)) {
        if (chunk.type == "PLTE") {
            return chunk.at + 8 + chunk.size > size
                       ? Colours::kUnknown
                       : colours_of(
                             rgb_palette({bytes + chunk.at + 8, chunk.size}, chunk.size / 3));
        }
        if (chunk.type == "IDAT") {
            return Colours::kColoured;
        }
    }
    return Colours::kUnknown;
}

Colours bmp_colours(const std::uint8_t* bytes, std::size_t size) {
    const BmpHeader bmp = bmp_header({bytes, size});
    if (!bmp.indexed() || bmp.packed) {
        return Colours::kColoured;
    }
    if (bmp.palette_at() + bmp.entries() * bmp.entry_bytes() > size) {
        return Colours::kUnknown;
    }
    return colours_of(bmp_palette(bmp, bytes, size));
}

/// Both the file's palette (of the background) and the first frame's own must be grey.
Colours gif_colours(ByteReader file) {
    const auto grey_table = [&file](std::uint32_t flags) {
        const std::size_t entries = (flags & 0x80) != 0 ? std::size_t{2} << (flags & 7) : 0;
        const bool grey = file.left() < 3 * entries || is_grey(rgb_palette(file, entries));
        file.skip(3 * entries);
        return grey;
    };
    file.skip(10);
    const std::uint32_t flags = file.byte();
    file.skip(2);
    const bool grey = grey_table(flags);
    while (!file.overrun()) {
        const std::uint32_t tag = file.byte();
        if (tag == 0x2C) {
            file.skip(8);
            const bool frame_grey = grey_table(file.byte());
            if (!file.overrun()) {
                return grey && frame_grey ? Colours::kGrey : Colours::kColoured;
            }
        } else if (tag == 0x21) {
            file.skip(1);
            for (std::uint32_t length = file.byte(); length > 0; length = file.byte()) {
                file.skip(length);
            }
        } else if (!file.overrun()) {
            return Colours::kColoured;
        }
    }
    return Colours::kUnknown;
}

}  // namespace

std::optional<Image> decode_indexed(ImageKind kind, const std::uint8_t* bytes, std::size_t size) {
    if (kind == ImageKind::kPng && size > kPngColourType && bytes[kPngColourType] == kPngIndexed) {
        return decode_indexed_png(bytes, size);
    }
    if (kind == ImageKind::kBmp) {
        const BmpHeader bmp = bmp_header({bytes, size});
        if (bmp.indexed() && !bmp.packed) {
            return decode_indexed_bmp(bmp, bytes, size);
        }
    }
    return std::nullopt;
}

Colours palette_colours(ImageKind kind, const std::uint8_t* bytes, std::size_t size) {
    switch (kind) {
        case ImageKind::kPng:
            return png_colours(bytes, size);
        case ImageKind::kBmp:
            return bmp_colours(bytes, size);
        case ImageKind::kGif:
            return gif_colours({bytes, size});
        default:
            return Colours::kColoured;
    }
}

}  // namespace nanonas::train
