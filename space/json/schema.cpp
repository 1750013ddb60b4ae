#include "space/json/schema.hpp"

namespace nanonas::json {

Schema size_schema(std::int64_t high) {
    Schema bytes = {{"type", "integer"}, {"minimum", 1}};
    if (high < INT64_MAX) {
        bytes["maximum"] = high;
    }
    Schema schema;
    schema["anyOf"] =
        Schema::array({bytes, {{"type", "string"}, {"pattern", "^0*[1-9][0-9]*(B|KiB|MiB)?$"}}});
    return schema;
}

Schema enum_schema(const std::vector<std::string>& names) {
    return {{"type", "string"}, {"enum", names}};
}

std::string file_schema(const std::string& title, const std::string& description,
                        const Schema& properties, const std::vector<std::string>& required) {
    Schema schema = {{kSchemaKey, "https://json-schema.org/draft/2020-12/schema"},
                     {"title", title},
                     {"description", description},
                     {"type", "object"},
                     {"additionalProperties", false}};
    if (!required.empty()) {
        schema["required"] = required;
    }
    schema["properties"] = {
        {kSchemaKey, {{"type", "string"}, {"description", "this schema, for editors"}}}};
    schema["properties"].update(properties);
    return schema.dump(2) + "\n";
}

}  // namespace nanonas::json
