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

/// The next number after white space and "# comments"; `at` ends just behind it.
std::int64_t next_number(const std::uint8_t* bytes, std::size_t size, std::size_t& at) {
    while (at < size && (is_space(bytes[at]) || bytes[at] == '#')) {
        if (bytes[at] == '#') {
            at = static_cast<std::size_t>(std::find(bytes + at, bytes + size, '\n') - bytes);
        } else {
            ++at;
        }
    }
    std::int64_t value = 0;
    for (; at < size && std::isdigit(bytes[at]) != 0; ++at) {
        value = std::min(10 * value + (bytes[at] - '0'), kLargestNumber + 1);
    }
    if (at >= size) {
        throw DataError("truncated PNM");
    }
    if (value < 1 || value > kLargestNumber) {
        throw DataError("corrupt PNM: impossible header");
    }
    return value;
}

}  // namespace

PnmHeader read_pnm_header(const std::uint8_t* bytes, std::size_t size) {
    PnmHeader header;
    header.shape.channels = bytes[1] == '6' ? 3 : 1;
    std::size_t at = 2;
    header.shape.width = next_number(bytes, size, at);
    header.shape.height = next_number(bytes, size, at);
    header.largest = next_number(bytes, size, at);
    if (!is_space(bytes[at])) {
        throw DataError("corrupt PNM: impossible header");
    }
    header.offset = at + 1;
    return header;
}

std::vector<std::uint8_t> read_pnm_pixels(const PnmHeader& header, const std::uint8_t* bytes,
                                          std::size_t size) {
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
