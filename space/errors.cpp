#include "space/errors.hpp"

#include <cstddef>

#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas {
namespace {

/// Longer messages lose their middle: what is wrong stands at the end.
constexpr std::size_t kLongestMessage = 4000;

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

}  // namespace

Error::Error(const std::string& message) : std::runtime_error(one_line(shortened(message))) {}

}  // namespace nanonas
