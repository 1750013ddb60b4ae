#include "export/native/c_names.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::size_t kLongest = 63;  // of an Arduino library or sketch

bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// Word lists: a space before and behind each.

// Keywords of C11 and C++20.
const char* const kKeywords =
    " alignas alignof and and_eq asm auto bitand bitor bool break case catch char "
    "char16_t char32_t char8_t class co_await co_return co_yield compl concept const "
    "const_cast consteval constexpr constinit continue decltype default delete do double "
    "dynamic_cast else enum explicit export extern false float for friend goto if inline "
    "int long mutable namespace new noexcept not not_eq nullptr operator or or_eq "
    "private protected public register reinterpret_cast requires restrict return short "
    "signed sizeof static static_assert static_cast struct switch template this "
    "thread_local throw true try typedef typeid typename typeof union unsigned using "
    "virtual void volatile wchar_t while xor xor_eq ";

// Headers of the C library: a <name>.h would stand before them on the include path.
const char* const kHeaders =
    " alloca assert complex ctype errno fenv inttypes iso646 limits locale malloc math "
    "memory setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib "
    "stdnoreturn string strings tgmath threads time uchar unistd wchar wctype ";

// Build targets of CMake and the Makefile, and the entry point.
const char* const kTargets =
    " all check clean edit_cache help install main package rebuild_cache strip test ";

std::string changed(std::string text, int (*change)(int)) {
    std::transform(text.begin(), text.end(), text.begin(), [&](char letter) {
        return static_cast<char>(change(static_cast<unsigned char>(letter)));
    });
    return text;
}

}  // namespace

std::string comment_name(std::string name) {
    std::replace_if(
        name.begin(), name.end(),
        [](unsigned char letter) {
            return letter >= 0x80 || (std::isalnum(letter) == 0 && letter != '.' && letter != '_');
        },
        '_');
    return name;
}

bool has_word(const char* words, const std::string& word) {
    return std::strstr(words, (" " + word + " ").c_str()) != nullptr;
}

void check_c_name(const std::string& name) {
    const auto fail = [&](const std::string& expected) {
        throw ExportError("name '" + name + "': " + expected);
    };
    if (name.empty() || !is_letter(name.front()) ||
        !std::all_of(name.begin(), name.end(), [](char letter) {
            return is_letter(letter) || is_digit(letter) || letter == '_';
        })) {
        fail("expected a C identifier that starts with a letter");
    }
    if (name.size() > kLongest) {
        fail("longer than " + std::to_string(kLongest) + " characters");
    }
    // Without regard to case: some file systems have none.
    const std::string lower = lower_name(name);
    if (has_word(kKeywords, lower)) {
        fail("a keyword of C or C++; choose another");
    }
    if (has_word(kHeaders, lower)) {
        fail(lower + ".h is a header of the C library; choose another");
    }
    if (has_word(kTargets, lower)) {
        fail("taken by the build files; choose another");
    }
}

std::string capital_name(const std::string& name) {
    return changed(name, std::toupper);
}

std::string lower_name(const std::string& name) {
    return changed(name, std::tolower);
}

std::string pascal_name(const std::string& name) {
    std::string pascal;
    bool starts = true;
    for (const char letter : name) {
        if (letter == '_') {
            starts = true;
        } else {
            pascal += starts ? capital_name(std::string(1, letter)) : std::string(1, letter);
            starts = false;
        }
    }
    return pascal;
}

}  // namespace nanonas::exporting
