// Tables of named rows: a row by its name, the names, and what to say of a name that is none.
#pragma once

#include <iterator>
#include <string>
#include <vector>

namespace nanonas {

/// A row of a table that does nothing but name values.
template <typename Value>
struct Named {
    const char* name;
    Value value;
};

/// "occam, nanonas".
std::string listed(const std::vector<std::string>& names);

/// Throws ConfigError: `problem`, the names, and the one that was probably meant.
[[noreturn]] void refuse_name(const std::string& name, const std::vector<std::string>& known,
                              const std::string& problem);

/// The names of all rows, in their order.
template <typename Table>
std::vector<std::string> names_of(const Table& table) {
    std::vector<std::string> names;
    for (const auto& row : table) {
        names.emplace_back(row.name);
    }
    return names;
}

/// nullptr when no row has the name.
template <typename Table>
auto find_named(const Table& table, const std::string& name) -> decltype(&*std::begin(table)) {
    for (const auto& row : table) {
        if (name == row.name) {
            return &row;
        }
    }
    return nullptr;
}

/// Throws as refuse_name() does when no row has the name.
template <typename Table>
auto choose(const Table& table, const std::string& name, const std::string& problem)
    -> decltype(*std::begin(table)) {
    const auto* const row = find_named(table, name);
    if (row == nullptr) {
        refuse_name(name, names_of(table), problem);
    }
    return *row;
}

/// The name of a value; empty when it has none.
template <typename Table, typename Value>
std::string name_of(const Table& table, Value value) {
    for (const auto& row : table) {
        if (row.value == value) {
            return row.name;
        }
    }
    return "";
}

}  // namespace nanonas
