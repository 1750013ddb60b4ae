// Little-endian numbers in byte strings, the same on every machine and at any alignment.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nanonas {

/// The unsigned number in bytes [at, at + width), which must lie inside; width in [0, 8].
inline std::uint64_t read_little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
    assert(width <= 8 && at <= bytes.size() && width <= bytes.size() - at);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    return value;
}

/// Appends the lowest `width` bytes of `value`, which must hold it; width in [1, 8].
inline void append_little_endian(std::string& bytes, std::uint64_t value, std::size_t width) {
    assert(width >= 1 && width <= 8 && (width == 8 || value >> (8 * width) == 0));
    for (std::size_t i = 0; i < width; ++i) {
        bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
    }
}

/// Numbers of two or four bytes one after the other: integers in two's complement, floats as IEEE
/// 754 binary32.
template <typename Number>
std::string little_endian(const std::vector<Number>& values) {
    static_assert(std::is_arithmetic_v<Number> && (sizeof(Number) == 2 || sizeof(Number) == 4));
    using Bits = std::conditional_t<sizeof(Number) == 2, std::uint16_t, std::uint32_t>;
    std::string bytes;
    bytes.reserve(values.size() * sizeof(Number));
    for (const Number value : values) {
        Bits bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        append_little_endian(bytes, bits, sizeof bits);
    }
    return bytes;
}

}  // namespace nanonas
