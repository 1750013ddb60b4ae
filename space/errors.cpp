#include "space/errors.hpp"

namespace nanonas {
namespace {

/// Names and keys come from files: a control character in one would break the line or the terminal.
std::string one_line(const std::string& message) {
    std::string line;
    for (const char letter : message) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter == '\n') {
            line += "\\n";
        } else if (code < 0x20 || code == 0x7f) {
            line += "\\x";
            line += "0123456789abcdef"[code >> 4];
            line += "0123456789abcdef"[code & 15];
        } else {
            line += letter;
        }
    }
    return line;
}

}  // namespace

Error::Error(const std::string& message) : std::runtime_error(one_line(message)) {}

}  // namespace nanonas
