#include "space/json/strict.hpp"
#include "space/json/json_text.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::json {

namespace {

/// Characters of a text, remembering how far the parser has read.
class TrackedText {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    TrackedText(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
    reference operator*() const { return *at_; }
    TrackedText& operator++() {
        ++at_;
        *furthest_ = at_;
        return *this;
    }
    TrackedText operator++(int) {
        TrackedText before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const TrackedText& a, const TrackedText& b) { return a.at_ == b.at_; }
    friend bool operator!=(const TrackedText& a, const TrackedText& b) { return !(a == b); }

  private:
    const char* at_;
    const char** furthest_;
};

/// "file:LINE:COLUMN" of the last of `read` characters.
std::string place(const std::string& text, std::size_t read, const std::string& file) {
    const std::string before = text.substr(0, std::min(read > 0 ? read - 1 : 0, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t newline = before.rfind('\n');
    const std::size_t column =
        newline == std::string::npos ? before.size() + 1 : before.size() - newline;
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

/// The library's message without its prefix and position, which we state our own way.
std::string plain(const std::string& message) {
    for (const char* marker : {"syntax error", "number overflow"}) {
        const std::size_t found = message.find(marker);
        if (found != std::string::npos) {
            return message.substr(found);
        }
    }
    return message;
}

std::string escaped(const std::string& key) {
    std::string text;
    for (const char letter : key) {
        if (letter == '~') {
            text += "~0";
        } else if (letter == '/') {
            text += "~1";
        } else {
            text += letter;
        }
    }
    return text;
}

std::string plain_number(double value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

}  // namespace

nlohmann::json parse(const std::string& text, const std::string& file) {
    // No file of ours comes near; deeper values could exhaust the stack of recursive readers.
    constexpr int kDeepest = 100;
    using Event = nlohmann::json::parse_event_t;
    const char* furthest = text.data();
    const auto here = [&] {
        return place(text, static_cast<std::size_t>(furthest - text.data()), file);
    };
    std::vector<std::set<std::string>> open_objects;
    const auto watch = [&](int depth, Event event, nlohmann::json& value) {
        if (depth > kDeepest) {
            throw ConfigError(here() + ": not valid JSON (nested deeper than " +
                              std::to_string(kDeepest) + ")");
        }
        if (event == Event::object_start) {
            open_objects.emplace_back();
        } else if (event == Event::object_end) {
            open_objects.pop_back();
        } else if (event == Event::key &&
                   !open_objects.back().insert(value.get<std::string>()).second) {
            throw ConfigError(here() + ": not valid JSON (key '" + value.get<std::string>() +
                              "' appears twice)");
        }
        return true;
    };
    try {
        return nlohmann::json::parse(TrackedText(text.data(), &furthest),
                                     TrackedText(text.data() + text.size(), &furthest), watch);
    } catch (const nlohmann::json::exception& error) {
        throw ConfigError(here() + ": not valid JSON (" + plain(error.what()) + ")");
    }
}

Reader::Reader(const nlohmann::json& value, std::string file, std::string pointer)
    : value_(&value), file_(std::move(file)), pointer_(std::move(pointer)) {}

void Reader::fail(const std::string& why) const {
    throw ConfigError(file_ + ": " + (pointer_.empty() ? "" : pointer_ + ": ") + why);
}

void Reader::only_keys(const std::vector<std::string>& known) const {
    if (!value_->is_object()) {
        fail("expected an object with " + listed(known));
    }
    for (const auto& [key, member] : value_->items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            const std::string hint = did_you_mean(key, known);
            Reader(member, file_, pointer_ + "/" + escaped(key))
                .fail("unknown key" + (hint.empty() ? "; expected one of " + listed(known) : hint));
        }
    }
}

bool Reader::has(const std::string& key) const {
    return value_->is_object() && value_->contains(key);
}

Reader Reader::operator[](const std::string& key) const {
    if (!value_->is_object()) {
        fail("expected an object with '" + key + "'");
    }
    const auto found = value_->find(key);
    if (found == value_->end()) {
        fail("'" + key + "' is missing");
    }
    return Reader(*found, file_, pointer_ + "/" + escaped(key));
}

std::vector<Reader> Reader::items() const {
    if (!value_->is_array()) {
        fail("expected an array");
    }
    std::vector<Reader> readers;
    for (std::size_t i = 0; i < value_->size(); ++i) {
        readers.emplace_back((*value_)[i], file_, pointer_ + "/" + std::to_string(i));
    }
    return readers;
}

std::int64_t Reader::integer(std::int64_t low, std::int64_t high) const {
    // 1e3 and numbers beyond 64 bits are floating point to the parser: not exact, refused.
    const bool fits = value_->is_number_integer() &&
                      (!value_->is_number_unsigned() ||
                       value_->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
    if (!fits || value_->get<std::int64_t>() < low || value_->get<std::int64_t>() > high) {
        fail("expected a whole number in [" + std::to_string(low) + ", " + std::to_string(high) +
             "], not " + shown());
    }
    return value_->get<std::int64_t>();
}

double Reader::number(double low, double high) const {
    const double number = value_->is_number() ? value_->get<double>() : std::nan("");
    if (!std::isfinite(number) || number < low || number > high) {
        fail("expected a number in [" + plain_number(low) + ", " + plain_number(high) + "], not " +
             shown());
    }
    return number;
}

bool Reader::boolean() const {
    if (!value_->is_boolean()) {
        fail("expected true or false, not " + shown());
    }
    return value_->get<bool>();
}

std::string Reader::string() const {
    if (!value_->is_string()) {
        fail("expected a string, not " + shown());
    }
    return value_->get<std::string>();
}

std::int64_t Reader::bytes(std::int64_t low, std::int64_t high) const {
    if (!value_->is_string()) {
        return integer(low, high);
    }
    std::int64_t bytes = 0;
    try {
        bytes = parse_bytes(string(), "size");
    } catch (const ConfigError& error) {
        fail(error.what());
    }
    if (bytes < low || bytes > high) {
        fail("expected a size in [" + std::to_string(low) + ", " + std::to_string(high) +
             "] bytes, not " + shown());
    }
    return bytes;
}

std::string Reader::shown() const {
    constexpr std::size_t kLongest = 40;
    const std::string text = plain_text(*value_);
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

}  // namespace nanonas::json
