#include "apps/pipeline/read_config.hpp"

#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/json/schema.hpp"
#include "space/json/strict.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

using json::kSchemaKey;

/// The text of a JSON value, of the type its option wants.
std::string value_text(const Option& option, const json::Reader& reader) {
    switch (option.kind) {
        case Kind::kSwitch:
            return reader.boolean() ? "true" : "false";
        case Kind::kInteger:
            if (!reader.value().is_number_integer()) {
                reader.fail("expected a whole number, not " + json::text(reader.value()));
            }
            return json::text(reader.value());  // the option knows its range
        case Kind::kNumber:
            return shortest_text(reader.number(-1e300, 1e300));
        case Kind::kBytes:
        case Kind::kIntegerOrWord:
            if (!reader.value().is_string() && !reader.value().is_number_integer()) {
                reader.fail(std::string("expected a whole number ") +
                            (option.kind == Kind::kBytes ? "of bytes or a size such as \"40KiB\""
                                                         : "or a word") +
                            ", not " + json::text(reader.value()));
            }
            return reader.value().is_string() ? reader.string() : json::text(reader.value());
        case Kind::kText:
            if (option.repeatable && reader.value().is_array()) {
                std::string lines;
                for (const json::Reader& line : reader.items()) {
                    lines += (lines.empty() ? "" : "\n") + line.string();
                }
                return lines;
            }
            return reader.string();
    }
    return "";
}

}  // namespace

std::set<std::string> read_config_file(const std::string& file, Verb verb, Config& config) {
    const nlohmann::json value = json::parse_file(file);
    const json::Reader root(value, file);
    if (!value.is_object()) {
        root.fail("must be an object of options");
    }
    std::vector<std::string> known = {kSchemaKey};
    for (const Option& option : options()) {
        known.emplace_back(option.name);
    }
    std::set<std::string> taken;
    Config unused;
    // A recipe is what the other keys start from, wherever it stands.
    if (value.contains("recipe")) {
        const Option& recipe = *find_option("recipe");
        recipe.read(recipe.belongs_to(verb) ? config : unused, root["recipe"].string(),
                    file + ": /recipe");
    }
    for (const auto& item : value.items()) {
        if (item.key() == kSchemaKey) {
            root[kSchemaKey].string();
            continue;
        }
        const std::string where = file + ": /" + item.key();
        const Option* option = find_option(item.key());
        if (option == nullptr) {
            throw ConfigError(where + ": unknown key" + did_you_mean(item.key(), known));
        }
        if (item.key() == "config") {
            throw ConfigError(where + ": a config file names no other");
        }
        const bool takes = option->belongs_to(verb);
        if (item.key() != "recipe") {
            option->read(takes ? config : unused, value_text(*option, root[item.key()]), where);
        }
        if (takes) {
            taken.insert(item.key());
        }
    }
    return taken;
}

}  // namespace nanonas::pipeline
