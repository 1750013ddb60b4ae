// Checks of what is kept on disk: a changed byte is noticed when it is read back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nanonas {

/// 16 digits, in small letters.
std::string hexadecimal(std::uint64_t value);

/// FNV-1a, 64 bits, as 16 hexadecimal digits: against damage, not against forgery. One changed byte
/// always changes it.
std::string checksum(std::string_view bytes);

/// What a "check" holds before it is sealed.
inline constexpr const char* kBlankCheck = "0000000000000000";

/// `text` holds a JSON member "check" with kBlankCheck; it becomes the checksum of all of `text` as
/// it was given.
std::string sealed(std::string text);

enum class Seal { kNone, kWhole, kBroken };

/// Whether `text` is as sealed() left it; kNone when it has no member "check".
Seal seal_of(std::string_view text);

}  // namespace nanonas
