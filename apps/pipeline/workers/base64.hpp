// Base64 (RFC 4648, with padding): bytes in a line of JSON.
#pragma once

#include <string>
#include <string_view>

namespace nanonas::pipeline {

std::string base64(std::string_view bytes);

/// Throws DataError unless it is what base64() writes.
std::string bytes_of_base64(std::string_view text);

}  // namespace nanonas::pipeline
