#include "train/data/pnm.hpp"

#include <algorithm>
#include <cctype>

#include "space/errors.hpp"

namespace nanonas::train {

namespace {

constexpr std::int64_t kLargestNumber = 65535;

bool is_space(std::uint8_t letter) {
    return std::isspace(letter) != 0;
}

/// Ends at the first byte that is neither white space nor in a "# comment".
void skip_space(const std::uint8_t* bytes, std::size_t size, std::size_t& at) {
    while (at < size && (is_space(bytes[at]) || bytes[at] == '#')) {
        if (bytes[at] == '#') {
            at = static_cast<std::size_t>(std::find(bytes + at, bytes + size, '\n') - bytes);
        } else {
            ++at;
        }
    }
}

/// The next number, or -1 for none; `at` ends just behind it.
std::int64_t next_number(const std::uint8_t* bytes, std::size_t size, std::size_t& at) {
    skip_space(bytes, size, at);
    const std::size_t start = at;
    std::int64_t value = 0;
    for (; at < size && std::isdigit(bytes[at]) != 0; ++at) {
        value = std::min(10 * value + (bytes[at] - '0'), kLargestNumber + 1);
    }
    return at > start ? value : -1;
}

std::int64_t header_number(const std::uint8_t* bytes, std::size_t size, std::size_t& at) {
    const std::int64_t value = next_number(bytes, size, at);
    if (at >= size) {
        throw DataError("truncated PNM");
    }
    if (value < 1 || value > kLargestNumber) {
        throw DataError("corrupt PNM: impossible header");
    }
    return value;
}

std::vector<std::uint8_t> read_bits(const PnmHeader& header, const std::uint8_t* bytes,
                                    std::size_t size) {
    const auto width = static_cast<std::size_t>(header.shape.width);
    const auto height = static_cast<std::size_t>(header.shape.height);
    const std::size_t stride = (width + 7) / 8;
    if (size - header.offset < stride * height) {
        throw DataError("truncated PNM");
    }
    std::vector<std::uint8_t> pixels;
    pixels.reserve(width * height);
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint8_t* row = bytes + header.offset + stride * y;
        for (std::size_t x = 0; x < width; ++x) {
            pixels.push_back((row[x / 8] & (0x80U >> (x % 8))) != 0 ? 0 : 255);
        }
    }
    return pixels;
}

std::vector<std::uint8_t> read_text(const PnmHeader& header, const std::uint8_t* bytes,
                                    std::size_t size) {
    const auto samples = static_cast<std::size_t>(header.shape.elements());
    // Each sample takes a byte at least: a huge header without them asks for no memory.
    if (size - header.offset < samples) {
        throw DataError("truncated PNM");
    }
    std::vector<std::uint8_t> pixels(samples);
    std::size_t at = header.offset;
    for (std::uint8_t& pixel : pixels) {
        std::int64_t value = 0;
        if (header.bitmap) {
            // Bits may stand without space between them.
            skip_space(bytes, size, at);
            value = at < size && bytes[at] >= '0' && bytes[at] <= '1' ? '1' - bytes[at] : -1;
            at += value < 0 ? 0 : 1;
        } else {
            value = next_number(bytes, size, at);
        }
        if (value < 0) {
            throw DataError(at >= size ? "truncated PNM" : "corrupt PNM: a sample is no number");
        }
        value = (std::min(value, header.largest) * 255 + header.largest / 2) / header.largest;
        pixel = static_cast<std::uint8_t>(value);
    }
    return pixels;
}

}  // namespace

bool is_pnm(const std::uint8_t* bytes, std::size_t size) {
    return size >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
           (is_space(bytes[2]) || bytes[2] == '#');
}

PnmHeader read_pnm_header(const std::uint8_t* bytes, std::size_t size) {
    PnmHeader header;
    header.shape.channels = bytes[1] == '3' || bytes[1] == '6' ? 3 : 1;
    header.text = bytes[1] <= '3';
    header.bitmap = bytes[1] == '1' || bytes[1] == '4';
    std::size_t at = 2;
    header.shape.width = header_number(bytes, size, at);
    header.shape.height = header_number(bytes, size, at);
    header.largest = header.bitmap ? 1 : header_number(bytes, size, at);
    if (!is_space(bytes[at])) {
        throw DataError("corrupt PNM: impossible header");
    }
    header.offset = at + 1;
    return header;
}

std::vector<std::uint8_t> read_pnm_pixels(const PnmHeader& header, const std::uint8_t* bytes,
                                          std::size_t size) {
    if (header.text) {
        return read_text(header, bytes, size);
    }
    if (header.bitmap) {
        return read_bits(header, bytes, size);
    }
    const auto samples = static_cast<std::size_t>(header.shape.elements());
    const std::size_t width = header.largest > 255 ? 2 : 1;
    if (size - header.offset < samples * width) {
        throw DataError("truncated PNM");
    }
    std::vector<std::uint8_t> pixels(samples);
    const std::uint8_t* from = bytes + header.offset;
    for (std::uint8_t& pixel : pixels) {
        std::int64_t value = *from++;
        if (width == 2) {
            value = value * 256 + *from++;
        }
        value = (std::min(value, header.largest) * 255 + header.largest / 2) / header.largest;
        pixel = static_cast<std::uint8_t>(value);
    }
    return pixels;
}

}  // namespace nanonas::train
