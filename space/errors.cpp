#include "space/errors.hpp"

#include "space/text.hpp"

namespace nanonas {
namespace {

/// Longer messages lose their middle: what is wrong stands at the end.
constexpr std::size_t kLongestMessage = 4000;

/// Bytes of the character at `at`; 0 when there is none, or one of the controls U+0080 to U+009F.
std::size_t printable_bytes(std::string_view text, std::size_t at) {
    const std::size_t size = utf8_bytes(text, at);
    const bool control = size == 2 && text[at] == '\xc2' && text[at + 1] < '\xa0';
    return control ? 0 : size;
}

std::string shortened(const std::string& message) {
    if (message.size() <= kLongestMessage) {
        return message;
    }
    std::size_t head = kLongestMessage / 2;
    std::size_t tail = message.size() - kLongestMessage / 2;
    // Between characters.
    const auto inside = [&](std::size_t at) { return (message[at] & '\xc0') == '\x80'; };
    for (int i = 0; i < 3 && inside(head); ++i) {
        --head;
    }
    for (int i = 0; i < 3 && inside(tail); ++i) {
        ++tail;
    }
    return message.substr(0, head) + "[... " + grouped(static_cast<std::int64_t>(tail - head)) +
           " bytes ...]" + message.substr(tail);
}

/// Names and keys come from files: a control character in one would break the line or the terminal,
/// bytes that are no UTF-8 whoever reads the line.
std::string one_line(const std::string& whole) {
    const std::string message = shortened(whole);
    std::string line;
    for (std::size_t at = 0; at < message.size();) {
        const auto code = static_cast<unsigned char>(message[at]);
        const std::size_t size = printable_bytes(message, at);
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
