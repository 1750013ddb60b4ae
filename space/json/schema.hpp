// JSON Schemas (draft 2020-12) of the files that people write, for their editors.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nanonas::json {

/// The key by which a file names its schema; it changes nothing.
constexpr const char* kSchemaKey = "$schema";

using Schema = nlohmann::ordered_json;

/// A number of bytes from 1 on, or a size as parse_bytes reads it.
Schema size_schema(std::int64_t high = INT64_MAX);
Schema enum_schema(const std::vector<std::string>& names);

/// The schema of a file that is an object of these properties, of kSchemaKey and of no other, as
/// text.
std::string file_schema(const std::string& title, const std::string& description,
                        const Schema& properties, const std::vector<std::string>& required = {});

}  // namespace nanonas::json
