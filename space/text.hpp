// Small readers and writers of text that every room's messages share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nanonas {

/// The known name closest to a mistyped one (Damerau-Levenshtein, at most a third of its length
/// and at least 1 edits away); empty when none is near.
std::string nearest_name(const std::string& unknown, const std::vector<std::string>& known);

/// "; did you mean --flash?" or "" — for the end of an unknown-name message.
std::string did_you_mean(const std::string& unknown, const std::vector<std::string>& known,
                         const std::string& prefix = "");

/// "20,480".
std::string grouped(std::int64_t number);

/// "20,480 B (20.0 KiB)".
std::string bytes_text(std::int64_t bytes);

/// "118.25 ms" from 118250 microseconds.
std::string milliseconds_text(std::int64_t microseconds);

/// The shortest text that reads back as the same number: "0.1".
std::string shortest_text(float value);
std::string shortest_text(double value);

/// Nine significant digits and an exponent, "1.00000001e-01": reads back as the same float, and is
/// a floating constant in C.
std::string scientific_text(float value);

/// Reads "40960", "40KiB" or "1MiB" exactly (no fractions, no sign, no bare KB).
/// `what` names the flag or key in the message. Throws ConfigError.
std::int64_t parse_bytes(const std::string& text, const std::string& what);

/// Reads a whole number in [low, high]. Throws ConfigError naming `what`, the text and the range.
std::int64_t parse_integer(const std::string& text, const std::string& what, std::int64_t low,
                           std::int64_t high);

}  // namespace nanonas
