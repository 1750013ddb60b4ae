#include "space/printable.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "space/text.hpp"

namespace nanonas {
namespace {

struct Character {
    std::size_t bytes = 0;  ///< 0: none
    unsigned code = 0;
};

/// The UTF-8 character at `at`; none where there is none, or one of the controls U+0080 to U+009F.
Character character_at(const std::string& text, std::size_t at) {
    const std::size_t size = utf8_bytes(text, at);
    if (size == 0) {
        return {};
    }
    const auto byte = [&](std::size_t i) -> unsigned {
        return static_cast<unsigned char>(text[at + i]);
    };
    unsigned code = size == 1 ? byte(0) : byte(0) & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        code = code << 6 | (byte(i) & 0x3fU);
    }
    const bool is_control = code >= 0x80 && code < 0xa0;
    return is_control ? Character{} : Character{size, code};
}

/// Characters that break a line or turn the direction of what follows, unseen.
bool misleads(unsigned code) {
    struct Span {
        unsigned first, last;
    };
    constexpr Span kSpans[] = {{0x61c, 0x61c},    {0x200b, 0x200b}, {0x200e, 0x200f},
                               {0x2028, 0x202e},  {0x2060, 0x2069}, {0xfeff, 0xfeff},
                               {0xe0000, 0xe007f}};
    return std::any_of(std::begin(kSpans), std::end(kSpans), [code](const Span& span) {
        return code >= span.first && code <= span.last;
    });
}

void append_hex(std::string& text, unsigned value, int digits) {
    while (digits-- > 0) {
        text += "0123456789abcdef"[(value >> (4 * digits)) & 15U];
    }
}

std::string shown(const std::string& text, bool keep_newlines) {
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const Character character = character_at(text, at);
        const std::size_t size = character.bytes;
        if (byte == '\n') {
            line += keep_newlines ? "\n" : "\\n";
        } else if (byte < 0x20 || byte == 0x7f || size == 0) {
            line += "\\x";
            append_hex(line, byte, 2);
        } else if (misleads(character.code)) {
            line += "\\u{";
            append_hex(line, character.code, character.code > 0xffff ? 5 : 4);
            line += '}';
        } else {
            line.append(text, at, size);
        }
        at += size == 0 ? 1 : size;
    }
    return line;
}

}  // namespace

std::string one_line(const std::string& text) {
    return shown(text, false);
}

std::string many_lines(const std::string& text) {
    return shown(text, true);
}

std::string shell_quoted(const std::string& word) {
    const char* plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+,./:@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
        return word;
    }
    std::string text = "'";
    for (const char letter : word) {
        text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    }
    return text + "'";
}

}  // namespace nanonas
