#include "train/data/image_decode.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "space/errors.hpp"
#include "train/data/image_header.hpp"
#include "train/data/image_integrity.hpp"
#include "train/data/image_orientation.hpp"
#include "train/data/indexed_image.hpp"
#include "train/data/pnm.hpp"
#include "train/data/resize.hpp"
#include "train/data/stb_image_options.hpp"

namespace nanonas::train {

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 29;  // no 1e8-pixel image needs more

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct FreePixels {
    void operator()(stbi_uc* pixels) const { stbi_image_free(pixels); }
};

std::vector<std::uint8_t> read_bytes(const std::string& path) {
    const File file(std::fopen(path.c_str(), "rbe"));
    if (!file) {
        throw DataError(std::string("cannot be read: ") + std::strerror(errno));
    }
    std::vector<std::uint8_t> bytes;
    std::array<std::uint8_t, 1 << 16> block;
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
        bytes.insert(bytes.end(), block.begin(),
                     block.begin() + static_cast<std::ptrdiff_t>(count));
        if (bytes.size() > kLargestFile) {
            throw DataError("file larger than 512 MiB");
        }
    }
    if (std::ferror(file.get()) != 0) {
        throw DataError(std::string("cannot be read: ") + std::strerror(errno));
    }
    return bytes;
}

std::string stb_reason(ImageKind kind) {
    const char* reason = stbi_failure_reason();
    return std::string("corrupt or unsupported ") + to_string(kind) + ": " +
           (reason != nullptr ? reason : "unknown");
}

bool within_limits(std::int64_t height, std::int64_t width) {
    return height <= kLargestImageSide && width <= kLargestImageSide &&
           height * width <= kLargestImagePixels;
}

void check_limits(std::int64_t height, std::int64_t width) {
    if (height < 1 || width < 1) {
        throw DataError("no pixels: " + std::to_string(height) + "x" + std::to_string(width));
    }
    if (!within_limits(height, width)) {
        throw DataError("too large: " + std::to_string(height) + "x" + std::to_string(width) +
                        ", at most 16384 a side and 1e8 pixels");
    }
}

/// Whether the JPEG is turned by a quarter.
bool on_its_side(std::FILE* jpeg) {
    std::vector<std::uint8_t> start(kOrientationBytes);
    std::rewind(jpeg);
    start.resize(std::fread(start.data(), 1, start.size(), jpeg));
    return lies_on_its_side(jpeg_orientation(start.data(), start.size()));
}

void to_grey(const std::uint8_t* rgb, std::int64_t pixels, std::uint8_t* grey) {
    for (std::int64_t i = 0; i < pixels; ++i, rgb += 3) {
        grey[i] =
            static_cast<std::uint8_t>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
    }
}

void to_rgb(const std::uint8_t* grey, std::int64_t pixels, std::uint8_t* rgb) {
    for (std::int64_t i = 0; i < pixels; ++i, rgb += 3) {
        rgb[0] = rgb[1] = rgb[2] = grey[i];
    }
}

}  // namespace

Image decode_image(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
    if (size == 0) {
        throw DataError("empty file");
    }
    const ImageKind kind = image_kind(bytes, size, name);
    if (kind == ImageKind::kUnknown) {
        throw DataError("no JPEG, PNG, BMP, GIF, TGA, PNM or PSD");
    }
    const std::string damage = image_damage(kind, bytes, size);
    if (!damage.empty()) {
        throw DataError(damage);
    }
    if (kind == ImageKind::kPnm) {
        const PnmHeader header = read_pnm_header(bytes, size);
        check_limits(header.shape.height, header.shape.width);
        return {header.shape, read_pnm_pixels(header, bytes, size)};
    }
    if (const auto size_told = header_size(kind, bytes, size)) {
        check_limits(size_told->height, size_told->width);
    }
    if (auto indexed = decode_indexed(kind, bytes, size)) {
        return std::move(*indexed);
    }
    int width = 0;
    int height = 0;
    int stored = 0;
    const auto length = static_cast<int>(size);
    if (stbi_info_from_memory(bytes, length, &width, &height, &stored) == 0) {
        throw DataError(stb_reason(kind));
    }
    check_limits(std::abs(std::int64_t{height}), width);  // a BMP from the top: height < 0
    const std::unique_ptr<stbi_uc, FreePixels> decoded(
        stbi_load_from_memory(bytes, length, &width, &height, &stored, 0));
    if (!decoded) {
        throw DataError(stb_reason(kind));
    }
    // stb's channels: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha.
    Image image;
    const bool grey = stored <= 2 || palette_colours(kind, bytes, size) == Colours::kGrey;
    image.shape = {height, width, grey ? 1 : 3};
    const auto kept = static_cast<std::size_t>(image.shape.channels);
    const auto step = static_cast<std::size_t>(stored);
    image.pixels.resize(static_cast<std::size_t>(image.shape.elements()));
    if (kept == step) {
        std::memcpy(image.pixels.data(), decoded.get(), image.pixels.size());
    } else {
        const stbi_uc* from = decoded.get();
        for (std::size_t at = 0; at < image.pixels.size(); at += kept, from += step) {
            std::memcpy(image.pixels.data() + at, from, kept);
        }
    }
    if (kind == ImageKind::kJpeg) {
        image.orientation = jpeg_orientation(bytes, size);
        turn_upright(image, image.orientation);
    }
    return image;
}

Image load_image(const std::string& path) {
    try {
        const std::vector<std::uint8_t> bytes = read_bytes(path);
        return decode_image(bytes.data(), bytes.size(), path);
    } catch (const DataError& error) {
        throw DataError(path + ": not a decodable image (" + error.what() + ")");
    } catch (const std::bad_alloc&) {
        throw DataError(path + ": not a decodable image (out of memory)");
    }
}

space::Shape probe_image(const std::string& path) {
    const File file(std::fopen(path.c_str(), "rbe"));
    if (!file) {
        return {0, 0, 0};
    }
    std::array<std::uint8_t, 4096> start{};  // room for a PNM header with comments
    const std::size_t count = std::fread(start.data(), 1, start.size(), file.get());
    const ImageKind kind = image_kind(start.data(), count, path);
    if (kind == ImageKind::kPnm) {
        try {
            return read_pnm_header(start.data(), count).shape;
        } catch (const DataError&) {
            return {0, 0, 0};
        }
    }
    std::rewind(file.get());
    int width = 0;
    int height = 0;
    int stored = 0;
    if (kind == ImageKind::kUnknown ||
        stbi_info_from_file(file.get(), &width, &height, &stored) == 0) {
        return {0, 0, 0};
    }
    Colours colours = palette_colours(kind, start.data(), count);
    if (stored > 2 && colours == Colours::kUnknown) {
        try {
            const std::vector<std::uint8_t> bytes = read_bytes(path);
            colours = palette_colours(kind, bytes.data(), bytes.size());
        } catch (const DataError&) {
            return {0, 0, 0};
        }
    }
    const bool grey = stored <= 2 || colours == Colours::kGrey;
    if (kind == ImageKind::kJpeg && on_its_side(file.get())) {
        std::swap(height, width);
    }
    return {std::abs(std::int64_t{height}), width, grey ? 1 : 3};
}

void fit_image(const space::Shape& in_shape, const std::uint8_t* in, const space::Shape& shape,
               std::uint8_t* out) {
    space::Shape converted = in_shape;
    converted.channels = shape.channels;
    if (in_shape.channels == shape.channels) {
        resize_image(in_shape, in, shape, out);
        return;
    }
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(converted.elements()));
    const std::int64_t count = in_shape.height * in_shape.width;
    if (shape.channels == 1) {
        to_grey(in, count, pixels.data());
    } else {
        to_rgb(in, count, pixels.data());
    }
    resize_image(converted, pixels.data(), shape, out);
}

}  // namespace nanonas::train
