#include "space/json/json_text.hpp"

#include "space/files.hpp"
#include "space/json/strict.hpp"
#include "space/text.hpp"

namespace nanonas::json {

namespace {

constexpr const char* kDigits = "0123456789abcdef";

std::string escaped(const std::string& bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t size = bytes[at] == '\0' ? 0 : utf8_bytes(bytes, at);
        if (size > 0) {
            text.append(bytes, at, size);
            at += size;
            continue;
        }
        const auto byte = static_cast<unsigned char>(bytes[at++]);
        text += '\0';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

/// The number a hex digit stands for; 16 when it is none.
unsigned digit(const std::string& text, std::size_t at) {
    const std::size_t found =
        at < text.size() ? std::string(kDigits).find(text[at]) : std::string::npos;
    return found == std::string::npos ? 16U : static_cast<unsigned>(found);
}

std::string restored(const std::string& text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned high = digit(text, at + 1);
        const unsigned low = digit(text, at + 2);
        if (text[at] == '\0' && high < 16 && low < 16) {
            bytes += static_cast<char>(high << 4 | low);
            at += 2;
        } else {
            bytes += text[at];
        }
    }
    return bytes;
}

/// The value with each string, keys among them, changed.
nlohmann::json changed(const nlohmann::json& value, std::string (*change)(const std::string&)) {
    if (value.is_string()) {
        return change(value.get_ref<const std::string&>());
    }
    if (value.is_array()) {
        nlohmann::json array = nlohmann::json::array();
        for (const nlohmann::json& item : value) {
            array.push_back(changed(item, change));
        }
        return array;
    }
    if (value.is_object()) {
        nlohmann::json object = nlohmann::json::object();
        for (const auto& [key, member] : value.items()) {
            object[change(key)] = changed(member, change);
        }
        return object;
    }
    return value;
}

}  // namespace

std::string text(const nlohmann::json& value, int indent) {
    return changed(value, escaped).dump(indent);
}

nlohmann::json parse_text(const std::string& text, const std::string& file) {
    return changed(parse(text, file), restored);
}

nlohmann::json parse_file(const std::string& file) {
    return parse_text(read_file(file), file);
}

std::string plain_text(const nlohmann::json& value, bool ascii) {
    return value.dump(-1, ' ', ascii, nlohmann::json::error_handler_t::replace);
}

}  // namespace nanonas::json
