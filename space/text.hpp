// Small readers and writers of text that every room's messages share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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

/// Bytes of the UTF-8 character at `at`; 0 when there is none: cut short, overlong, a surrogate or
/// beyond Unicode (RFC 3629).
std::size_t utf8_bytes(std::string_view text, std::size_t at);

bool is_utf8(std::string_view text);

/// Reads short forms from left to right, such as "50x50x3".
class TextScanner {
  public:
    explicit TextScanner(std::string_view text) : rest_(text) {}

    /// Passes over the letter; false when another one or none is next.
    bool skip(char letter);
    void skip_blanks();
    /// Digits, at most `most` of them; false, and nothing passed over, when there is none.
    bool number(std::int64_t& value, std::size_t most);
    bool at_end() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

/// Reads a whole number in [low, high]. Throws ConfigError naming `what`, the text and the range.
std::int64_t parse_integer(const std::string& text, const std::string& what, std::int64_t low,
                           std::int64_t high);

/// A line of a CSV file (RFC 4180, but with a line feed alone); cells are quoted where they must
/// be.
std::string csv_row(const std::vector<std::string>& cells);

}  // namespace nanonas
