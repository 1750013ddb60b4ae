// JSON as text. Strings in memory are bytes, as paths on Linux are; JSON is UTF-8. This is where
// the two meet.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace nanonas::json {

/// For files of our own and for --json: never throws, and parse_text gives the same value back. A
/// byte that is no UTF-8 becomes U+0000 and its two hex digits ("caf\u0000e9"), a zero byte
/// U+0000 and 00; no path holds U+0000, so each that is UTF-8 stays as it is.
std::string text(const nlohmann::json& value, int indent = -1);

/// Reads what `text` wrote; else as json::parse. Throws ConfigError alike.
nlohmann::json parse_text(const std::string& text, const std::string& file);

/// The file's. Throws IoError, too.
nlohmann::json parse_file(const std::string& file);

/// For files that other programs read: bytes that are no UTF-8 are lost (U+FFFD).
std::string plain_text(const nlohmann::json& value, bool ascii = false);

}  // namespace nanonas::json
