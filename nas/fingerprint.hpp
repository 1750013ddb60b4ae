// A short name for what decides an answer.
#pragma once

#include <string>
#include <string_view>

namespace nanonas::nas {

/// FNV-1a, 64 bits, as 16 hex digits; the same on every machine. Not for security.
std::string fingerprint(std::string_view text);

}  // namespace nanonas::nas
