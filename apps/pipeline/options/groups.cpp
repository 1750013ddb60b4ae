#include "apps/pipeline/options/groups.hpp"

#include <limits>

#include "space/choice.hpp"

namespace nanonas::pipeline {

namespace {

constexpr Named<train::Schedule> kSchedules[] = {{"constant", train::Schedule::kConstant},
                                                 {"cosine", train::Schedule::kCosine}};

}  // namespace

std::string optional_text(const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "";
}

std::string switch_text(bool on) {
    return on ? "true" : "false";
}

bool parse_switch(Text text, Text what) {
    if (text != "true" && text != "false") {
        throw ConfigError(what + ": \"" + text + "\" is not true or false");
    }
    return text == "true";
}

std::int64_t parse_size(Text text, Text what) {
    const std::int64_t bytes = parse_bytes(text, what);
    if (bytes < 1) {
        throw ConfigError(what + ": \"" + text + "\" must be at least 1 byte");
    }
    return bytes;
}

std::int64_t parse_integer(Text text, Text what) {
    return nanonas::parse_integer(text, what, INT64_MIN, INT64_MAX);
}

double parse_number(Text text, Text what) {
    using Limits = std::numeric_limits<double>;
    return parse_number(text, what, Limits::lowest(), Limits::max());
}

train::Schedule parse_schedule(Text text, Text what) {
    return choose(kSchedules, text, what + ": \"" + text + "\" is unknown; known: ").value;
}

std::string schedule_text(train::Schedule schedule) {
    return name_of(kSchedules, schedule);
}

std::vector<std::string> schedule_names() {
    return names_of(kSchedules);
}

std::string not_empty(Text text, Text what) {
    if (text.empty()) {
        throw ConfigError(what + ": must not be empty");
    }
    return text;
}

}  // namespace nanonas::pipeline
