// Strict reading of JSON: every key known, every number exact, every message with file and pointer.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nanonas::json {

/// Parses text; throws ConfigError "file:LINE:COLUMN: not valid JSON (...)". Duplicate keys are
/// errors.
nlohmann::json parse(const std::string& text, const std::string& file);

/// One value inside a file, for readers written by hand:
///     Reader root(value, "searches/a.json");
///     root.only_keys({"ram_bytes", "flash_bytes"});
///     target.ram_bytes = root["ram_bytes"].integer(1, kLargest);
/// Throws ConfigError "searches/a.json: /target/ram_byts: unknown key; did you mean ram_bytes?".
class Reader {
  public:
    Reader(const nlohmann::json& value, std::string file, std::string pointer = "");

    void only_keys(const std::vector<std::string>& known) const;
    bool has(const std::string& key) const;
    Reader operator[](const std::string& key) const;  ///< throws when missing or not an object
    std::vector<Reader> items() const;                ///< of an array

    /// Exact: 65536.5, -1 where low is 0 and "5" are errors, not roundings.
    std::int64_t integer(std::int64_t low, std::int64_t high) const;
    double number(double low, double high) const;
    bool boolean() const;
    std::string string() const;
    /// A number of bytes, or a size as parse_bytes reads it: 40960, "40KiB".
    std::int64_t bytes(std::int64_t low, std::int64_t high) const;

    const nlohmann::json& value() const { return *value_; }
    [[noreturn]] void fail(const std::string& why) const;

  private:
    std::string shown() const;  ///< the value as JSON, shortened, for messages

    const nlohmann::json* value_;
    std::string file_;
    std::string pointer_;
};

}  // namespace nanonas::json
