#include "space/checksum.hpp"

#include <cstddef>

namespace nanonas {
namespace {

constexpr std::size_t kDigits = 16;

/// Where the digits of the first member "check" begin; npos without one. Inside a string of JSON
/// the quotes would be escaped.
std::size_t digits_of(std::string_view text) {
    constexpr std::string_view kKey = "\"check\":";
    std::size_t at = text.find(kKey);
    if (at == std::string_view::npos) {
        return at;
    }
    at += kKey.size();
    if (at < text.size() && text[at] == ' ') {
        ++at;
    }
    const bool fits =
        at + kDigits + 1 < text.size() && text[at] == '"' && text[at + kDigits + 1] == '"';
    return fits ? at + 1 : std::string_view::npos;
}

}  // namespace

std::string hexadecimal(std::uint64_t value) {
    std::string digits(kDigits, '0');
    for (std::size_t i = 0; i < kDigits; ++i) {
        digits[kDigits - 1 - i] = "0123456789abcdef"[(value >> (4 * i)) & 15];
    }
    return digits;
}

std::string checksum(std::string_view bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ull;
    for (const char letter : bytes) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ull;
    }
    return hexadecimal(hash);
}

std::string sealed(std::string text) {
    const std::size_t at = digits_of(text);
    return at == std::string::npos ? text : text.replace(at, kDigits, checksum(text));
}

Seal seal_of(std::string_view text) {
    const std::size_t at = digits_of(text);
    if (at == std::string_view::npos) {
        return Seal::kNone;
    }
    std::string blank(text);
    blank.replace(at, kDigits, kBlankCheck);
    return checksum(blank) == text.substr(at, kDigits) ? Seal::kWhole : Seal::kBroken;
}

}  // namespace nanonas
