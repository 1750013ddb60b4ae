#include "apps/pipeline/workers/base64.hpp"

#include <array>
#include <cstdint>

#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 255;

constexpr std::array<std::uint8_t, 256> values_of_digits() {
    std::array<std::uint8_t, 256> values{};
    for (std::uint8_t& value : values) {
        value = kNone;
    }
    for (std::size_t i = 0; i < kDigits.size(); ++i) {
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

constexpr std::array<std::uint8_t, 256> kValues = values_of_digits();

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::uint32_t three =
            byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
        text += kDigits[three >> 18 & 63U];
        text += kDigits[three >> 12 & 63U];
        text += at + 1 < bytes.size() ? kDigits[three >> 6 & 63U] : '=';
        text += at + 2 < bytes.size() ? kDigits[three & 63U] : '=';
    }
    return text;
}

std::string bytes_of_base64(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    std::size_t digits = 0;
    while (digits < text.size() && kValues[static_cast<unsigned char>(text[digits])] != kNone) {
        bits = bits << 6 | kValues[static_cast<unsigned char>(text[digits])];
        if (digits++ % 4 == 3) {
            bytes += static_cast<char>(bits >> 16 & 255U);
            bytes += static_cast<char>(bits >> 8 & 255U);
            bytes += static_cast<char>(bits & 255U);
        }
    }
    if (digits % 4 == 2) {
        bytes += static_cast<char>(bits >> 4 & 255U);
    } else if (digits % 4 == 3) {
        bytes += static_cast<char>(bits >> 10 & 255U);
        bytes += static_cast<char>(bits >> 2 & 255U);
    }
    // Whatever is no digit, is padded wrongly or has bits to spare is not what was written.
    if (base64(bytes) != text) {
        throw DataError("not base64");
    }
    return bytes;
}

}  // namespace nanonas::pipeline
