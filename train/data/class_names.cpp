#include "train/data/class_names.hpp"

#include <utf8proc.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "space/errors.hpp"

namespace nanonas::train {

namespace {

/// In Unicode's composed form (NFC); nothing when it is not UTF-8.
std::optional<std::string> composed(const std::string& name) {
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                     static_cast<utf8proc_ssize_t>(name.size()), &mapped,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> freed(mapped, std::free);
    if (size < 0) {
        return std::nullopt;
    }
    return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

/// Line and paragraph separators end a line for many readers of label files. -1: there is none.
utf8proc_int32_t control_character(const std::string& name) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(name.data());
    auto left = static_cast<utf8proc_ssize_t>(name.size());
    while (left > 0) {
        utf8proc_int32_t letter = -1;
        const utf8proc_ssize_t size = utf8proc_iterate(bytes, left, &letter);
        if (size < 1) {
            break;
        }
        const utf8proc_category_t category = utf8proc_category(letter);
        if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
            category == UTF8PROC_CATEGORY_ZP) {
            return letter;
        }
        bytes += size;
        left -= size;
    }
    return -1;
}

/// "63 61 66 c3 a9": what tells two names apart that look the same.
std::string bytes_of(const std::string& name) {
    std::string text;
    for (const char letter : name) {
        char digits[4];
        std::snprintf(digits, sizeof digits, "%02x ",
                      static_cast<unsigned>(static_cast<unsigned char>(letter)));
        text += digits;
    }
    text.pop_back();
    return text;
}

std::string in_bytes(const std::string& one, const std::string& other) {
    return " in another Unicode composition (bytes " + bytes_of(one) + ", there " +
           bytes_of(other) + "), expected one spelling";
}

std::string escaped(const std::string& name, utf8proc_int32_t control) {
    char code[16];
    std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(control));
    std::string shown;
    for (const char letter : name) {
        shown += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F ? '?' : letter;
    }
    return "class name '" + shown + "' holds a line break or control character (" + code +
           "), expected one line of text";
}

}  // namespace

void check_class_names(const std::string& where, const std::vector<std::string>& names) {
    std::map<std::string, const std::string*> seen;
    for (const std::string& name : names) {
        const auto text = composed(name);
        if (!text) {
            throw DataError(where + ": class name is not UTF-8");
        }
        const utf8proc_int32_t control = control_character(name);
        if (control >= 0) {
            throw DataError(where + ": " + escaped(name, control));
        }
        const auto [at, fresh] = seen.emplace(*text, &name);
        if (!fresh && *at->second == name) {
            throw DataError(where + ": two classes are called '" + name + "'");
        }
        if (!fresh) {
            throw DataError(where + ": class " + name + " is another class" +
                            in_bytes(name, *at->second));
        }
    }
}

void check_same_classes(const std::string& where, const std::vector<std::string>& test,
                        const std::vector<std::string>& training) {
    const std::set<std::string> tested(test.begin(), test.end());
    const std::set<std::string> trained(training.begin(), training.end());
    for (const std::string& label : test) {
        if (trained.count(label) > 0) {
            continue;
        }
        for (const std::string& other : training) {
            if (composed(other) == composed(label)) {
                throw DataError(where + ": class " + label + " is the training set's" +
                                in_bytes(label, other));
            }
        }
        throw DataError(where + ": class " + label + " is not in the training set");
    }
    for (const std::string& label : training) {
        if (tested.count(label) == 0) {
            throw DataError(where + ": no class " + label + ", the training set has one");
        }
    }
}

}  // namespace nanonas::train
