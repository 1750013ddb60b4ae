#include "space/text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

#include "space/errors.hpp"

namespace nanonas {

namespace {

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

bool all_digits(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
        return std::isdigit(letter) != 0;
    });
}

template <typename Float, typename... Format>
std::string decimal(Float value, Format... format) {
    char text[32];  // the longest double takes 24
    const auto written = std::to_chars(text, text + sizeof text, value, format...);
    return {text, written.ptr};
}

[[noreturn]] void refuse(const std::string& what, const std::string& text, const std::string& why) {
    throw ConfigError(what + " '" + text + "': " + why);
}

}  // namespace

std::string nearest_name(const std::string& unknown, const std::vector<std::string>& known) {
    const std::size_t allowed = std::max<std::size_t>(1, unknown.size() / 3);
    std::string nearest;
    std::size_t nearest_distance = allowed + 1;
    for (const std::string& name : known) {
        const std::size_t distance = edit_distance(unknown, name);
        // Replacing every letter is no likeness.
        if (distance < nearest_distance && distance < std::max(unknown.size(), name.size())) {
            nearest = name;
            nearest_distance = distance;
        }
    }
    return nearest;
}

std::string did_you_mean(const std::string& unknown, const std::vector<std::string>& known,
                         const std::string& prefix) {
    const std::string nearest = nearest_name(unknown, known);
    return nearest.empty() ? "" : "; did you mean " + prefix + nearest + "?";
}

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    const std::size_t first_digit = number < 0 ? 1 : 0;
    for (std::size_t end = text.size(); end > first_digit + 3; end -= 3) {
        text.insert(end - 3, ",");
    }
    return text;
}

std::string bytes_text(std::int64_t bytes) {
    constexpr std::int64_t kKibi = 1024;
    const std::int64_t magnitude = bytes < 0 ? -bytes : bytes;
    // Tenths in integers: no locale, no binary rounding.
    std::int64_t whole = magnitude / kKibi;
    std::int64_t tenths = (magnitude % kKibi * 10 + kKibi / 2) / kKibi;
    whole += tenths / 10;
    tenths %= 10;
    return grouped(bytes) + " B (" + (bytes < 0 ? "-" : "") + grouped(whole) + "." +
           std::to_string(tenths) + " KiB)";
}

std::string milliseconds_text(std::int64_t microseconds) {
    const std::int64_t rest = microseconds % 1000;
    const std::string digits = std::to_string(1000 + (rest < 0 ? -rest : rest)).substr(1);
    return grouped(microseconds / 1000) + "." + digits + " ms";
}

std::string shortest_text(float value) {
    return decimal(value);
}

std::string shortest_text(double value) {
    return decimal(value);
}

std::string scientific_text(float value) {
    return decimal(value, std::chars_format::scientific, 8);
}

std::int64_t parse_bytes(const std::string& text, const std::string& what) {
    const auto unit_at = std::find_if(
        text.begin(), text.end(), [](unsigned char letter) { return std::isdigit(letter) == 0; });
    const std::string digits(text.begin(), unit_at);
    const std::string unit(unit_at, text.end());
    std::int64_t factor = 0;
    if (unit.empty() || unit == "B") {
        factor = 1;
    } else if (unit == "KiB") {
        factor = std::int64_t{1} << 10;
    } else if (unit == "MiB") {
        factor = std::int64_t{1} << 20;
    } else if (!digits.empty() && (unit == "KB" || unit == "kB" || unit == "K" || unit == "k")) {
        refuse(what, text, "expected KiB (1024 bytes), such as " + digits + "KiB");
    } else if (!digits.empty() && (unit == "MB" || unit == "mB" || unit == "M" || unit == "m")) {
        refuse(what, text, "expected MiB (1024 KiB), such as " + digits + "MiB");
    }
    if (digits.empty() || factor == 0) {
        refuse(what, text, "not a size, expected whole bytes such as 40960, or 40KiB, 1MiB");
    }
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || number > std::numeric_limits<std::int64_t>::max() / factor) {
        refuse(what, text, "too large a size");
    }
    return number * factor;
}

std::size_t utf8_bytes(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const unsigned first = byte(0);
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    unsigned code = size == 1 ? first : first & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) {
            return 0;
        }
        code = code << 6 | (byte(i) & 0x3fU);
    }
    constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool is_character = at < text.size() && code >= kLeast[size] && code <= 0x10ffff &&
                              (code < 0xd800 || code > 0xdfff) && (first < 0x80 || first >= 0xc0) &&
                              first < 0xf8;
    return is_character ? size : 0;
}

bool is_utf8(std::string_view text) {
    std::size_t size = 1;
    for (std::size_t at = 0; at < text.size() && size > 0; at += size) {
        size = utf8_bytes(text, at);
    }
    return size > 0;
}

bool TextScanner::skip(char letter) {
    const bool next = !rest_.empty() && rest_.front() == letter;
    rest_.remove_prefix(next ? 1 : 0);
    return next;
}

void TextScanner::skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\v\f\r"), rest_.size()));
}

bool TextScanner::number(std::int64_t& value, std::size_t most) {
    const std::string_view digits = rest_.substr(0, most);
    const char* const begin = digits.data();
    if (digits.empty() || std::isdigit(static_cast<unsigned char>(*begin)) == 0) {
        return false;
    }
    const auto read = std::from_chars(begin, begin + digits.size(), value);
    rest_.remove_prefix(static_cast<std::size_t>(read.ptr - begin));
    return read.ec == std::errc();
}

std::int64_t parse_integer(const std::string& text, const std::string& what, std::int64_t low,
                           std::int64_t high) {
    const std::string expected =
        "expected a whole number in [" + std::to_string(low) + ", " + std::to_string(high) + "]";
    const bool negative = !text.empty() && text[0] == '-';
    if (!all_digits(negative ? text.substr(1) : text)) {
        refuse(what, text, expected);
    }
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || number < low || number > high) {
        refuse(what, text, expected);
    }
    return number;
}

namespace {

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char letter : text) {
        quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    }
    return quoted + "\"";
}

}  // namespace

std::string csv_row(const std::vector<std::string>& cells) {
    std::string row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        row += (i == 0 ? "" : ",") + csv_cell(cells[i]);
    }
    return row + "\n";
}

}  // namespace nanonas
