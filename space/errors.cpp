#include "space/errors.hpp"

namespace nanonas {
namespace {

/// Bytes of the UTF-8 character at `at`; 0 when there is none: cut short, overlong, a surrogate,
/// beyond Unicode, or one of the controls U+0080 to U+009F.
std::size_t character_bytes(const std::string& text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const unsigned first = byte(0);
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    unsigned code = size == 1 ? first : first & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) {
            return 0;
        }
        code = code << 6 | (byte(i) & 0x3fU);
    }
    constexpr unsigned kLeast[] = {0, 0, 0xa0, 0x800, 0x10000};
    const bool is_character = code >= kLeast[size] && code <= 0x10ffff &&
                              (code < 0xd800 || code > 0xdfff) && (first < 0x80 || first >= 0xc0) &&
                              first < 0xf8;
    return is_character ? size : 0;
}

/// Names and keys come from files: a control character in one would break the line or the terminal,
/// bytes that are no UTF-8 whoever reads the line.
std::string one_line(const std::string& message) {
    std::string line;
    for (std::size_t at = 0; at < message.size();) {
        const auto code = static_cast<unsigned char>(message[at]);
        const std::size_t size = character_bytes(message, at);
        if (code == '\n') {
            line += "\\n";
        } else if (code < 0x20 || code == 0x7f || size == 0) {
            line += "\\x";
            line += "0123456789abcdef"[code >> 4];
            line += "0123456789abcdef"[code & 15];
        } else {
            line.append(message, at, size);
        }
        at += size == 0 ? 1 : size;
    }
    return line;
}

}  // namespace

Error::Error(const std::string& message) : std::runtime_error(one_line(message)) {}

}  // namespace nanonas
