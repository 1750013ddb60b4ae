#include "nas/fingerprint.hpp"

#include <cstdint>

namespace nanonas::nas {

std::string fingerprint(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ull;
    for (const char letter : text) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ull;
    }
    std::string digits(16, '0');
    for (std::size_t i = 0; i < 16; ++i) {
        digits[15 - i] = "0123456789abcdef"[(hash >> (4 * i)) & 15];
    }
    return digits;
}

}  // namespace nanonas::nas
