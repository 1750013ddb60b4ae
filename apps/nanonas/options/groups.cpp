#include "apps/nanonas/options/groups.hpp"

namespace nanonas::app {

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

train::Schedule parse_schedule(Text text, Text what) {
    if (text != "constant" && text != "cosine") {
        throw ConfigError(what + ": \"" + text + "\" is unknown; known: constant, cosine" +
                          did_you_mean(text, {"constant", "cosine"}));
    }
    return text == "cosine" ? train::Schedule::kCosine : train::Schedule::kConstant;
}

std::string schedule_text(train::Schedule schedule) {
    return schedule == train::Schedule::kCosine ? "cosine" : "constant";
}

std::string not_empty(Text text, Text what) {
    if (text.empty()) {
        throw ConfigError(what + ": must not be empty");
    }
    return text;
}

}  // namespace nanonas::app
