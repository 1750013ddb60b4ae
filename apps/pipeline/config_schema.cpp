#include "apps/pipeline/config_schema.hpp"

#include <cmath>
#include <cstdint>

#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/option_table.hpp"
#include "space/choice.hpp"
#include "space/json/schema.hpp"
#include "space/json/target_json.hpp"

namespace nanonas::pipeline {

namespace {

using json::Schema;

Schema number_schema(const Allowed& allowed, bool whole) {
    Schema schema = {{"type", whole ? "integer" : "number"}};
    const auto add = [&](const char* key, double bound) {
        if (!std::isinf(bound)) {
            schema[key] = whole ? Schema(static_cast<std::int64_t>(bound)) : Schema(bound);
        }
    };
    add("minimum", allowed.low);
    add("maximum", allowed.high);
    return schema;
}

Schema value_schema(const Option& option) {
    const Allowed& allowed = option.allowed;
    switch (option.kind) {
        case Kind::kSwitch:
            return {{"type", "boolean"}};
        case Kind::kInteger:
            return number_schema(allowed, true);
        case Kind::kNumber:
            return number_schema(allowed, false);
        case Kind::kIntegerOrWord: {
            Schema schema;
            schema["anyOf"] =
                Schema::array({number_schema(allowed, true), json::enum_schema(allowed.names())});
            return schema;
        }
        case Kind::kBytes:
            return json::size_schema();
        case Kind::kText:
            return allowed.names == nullptr ? Schema{{"type", "string"}}
                                            : json::enum_schema(allowed.names());
    }
    return {};
}

std::string config_schema() {
    const Config defaults;
    Schema properties;
    for (const Option& option : options()) {
        if (std::string(option.name) == "config") {
            continue;  // a config file names no other
        }
        Schema schema = {{"description", option.help}};
        schema.update(value_schema(option));
        if (const std::string preset = option.show(defaults); !preset.empty()) {
            schema["default"] = option_value(option, preset);
        }
        properties[option.name] = schema;
    }
    return json::file_schema("nanonas config",
                             "Options of nanonas, for --config: the names of its flags as keys",
                             properties);
}

struct Row {
    const char* name;
    std::string (*text)();
};

constexpr Row kSchemas[] = {{"search", config_schema}, {"target", json::target_schema}};

}  // namespace

std::vector<std::string> schema_names() {
    return names_of(kSchemas);
}

std::string schema_text(const std::string& name) {
    return choose(kSchemas, name, "schema: \"" + name + "\" is unknown; expected one of ").text();
}

}  // namespace nanonas::pipeline
