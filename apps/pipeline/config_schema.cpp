#include "apps/pipeline/config_schema.hpp"

#include <cmath>
#include <cstdint>

#include "apps/pipeline/batch/plan_keys.hpp"
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
            if (option.repeatable) {
                const Schema one = {{"type", "string"}};
                Schema schema;
                schema["anyOf"] =
                    Schema::array({one, {{"type", "array"}, {"minItems", 1}, {"items", one}}});
                return schema;
            }
            return allowed.names == nullptr ? Schema{{"type", "string"}}
                                            : json::enum_schema(allowed.names());
    }
    return {};
}

Schema option_schema(const Option& option) {
    Schema schema = {{"description", option.help}};
    schema.update(value_schema(option));
    if (const std::string preset = option.show(Config{}); !preset.empty()) {
        schema["default"] = option_value(option, preset);
    }
    return schema;
}

std::string config_schema() {
    Schema properties;
    for (const Option& option : options()) {
        if (std::string(option.name) != "config") {  // a config file names no other
            properties[option.name] = option_schema(option);
        }
    }
    return json::file_schema("nanonas config",
                             "Options of nanonas, for --config: the names of its flags as keys",
                             properties);
}

Schema described(const char* description, const Schema& schema) {
    Schema whole = {{"description", description}};
    whole.update(schema);
    return whole;
}

Schema object_schema(const Schema& properties) {
    return {{"type", "object"},
            {"properties", properties},
            {"additionalProperties", false},
            {"minProperties", 1}};
}

/// An option's values stand under `defaults`; the other parts refer to them there.
std::string batch_schema() {
    Schema values, axes;
    for (const std::string& name : plan_options()) {
        values[name] = option_schema(*find_option(name));
        axes[name] = {{"type", "array"},
                      {"minItems", 1},
                      {"uniqueItems", true},
                      {"items", {{"$ref", "#/properties/defaults/properties/" + name}}}};
    }
    const Schema settings = {{"type", "array"}, {"items", {{"$ref", "#/properties/defaults"}}}};
    const auto whole_number = [](const char* description, std::int64_t low, std::int64_t high) {
        return described(description, {{"type", "integer"}, {"minimum", low}, {"maximum", high}});
    };
    const Schema policy = {
        {kMaxParallel, whole_number("runs side by side; without it as many as there are workers", 1,
                                    kMostParallel)},
        {kOnFailure, described("whether runs are begun after one that failed",
                               json::enum_schema(names_of(kFailurePolicies)))},
        {kRetries, whole_number("further attempts at a run that failed, unless its input is bad", 0,
                                kMostRetries)},
        {kMaxConsecutiveFailures,
         whole_number("so many failures in a row, and no run is begun any more", 1,
                      kMostConsecutiveFailures)}};
    const Schema text = {{"type", "string"}};
    Schema properties;
    properties[kVerb] = described(
        "what each run is: a search (the default), or the training of the network that arch names",
        json::enum_schema(names_of(kPlanVerbs)));
    properties[kName] = described("names the directory, runs/<name>; without it the file's name",
                                  {{"type", "string"}, {"pattern", "^[^/]+$"}});
    properties[kBase] =
        described("a config file, or a shipped one by name, that every run starts from", text);
    properties[kDefaults] =
        described("options of every run, over those of base", object_schema(values));
    properties[kMatrix] =
        described("options that vary: a run for each combination, the last one changing fastest",
                  object_schema(axes));
    properties[kExclude] =
        described("no run where all options that an entry names have these values", settings);
    properties[kInclude] = described("further runs, with these options over defaults", settings);
    properties[kRun] = described("how runs are done; changes no answer", object_schema(policy));
    return json::file_schema("nanonas batch", "Many searches, for `nanonas batch`", properties);
}

struct Row {
    const char* name;
    std::string (*text)();
};

constexpr Row kSchemas[] = {
    {"search", config_schema}, {"target", json::target_schema}, {"batch", batch_schema}};

}  // namespace

std::vector<std::string> schema_names() {
    return names_of(kSchemas);
}

std::string schema_text(const std::string& name) {
    return choose(kSchemas, name, "schema: \"" + name + "\" is unknown; expected one of ").text();
}

}  // namespace nanonas::pipeline
