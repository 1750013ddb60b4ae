#include "apps/pipeline/config_schema.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "apps/pipeline/option_table.hpp"
#include "apps/pipeline/read_config.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/target_json.hpp"
#include "space/text.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

const std::string kConfigs = testing::source_folder() + "/configs";

bool takes(const Option& option, const std::string& text) {
    Config config;
    try {
        option.read(config, text, option.name);
        return true;
    } catch (const ConfigError&) {
        return false;
    }
}

/// The number one step above or below: of a whole one the next whole one.
std::string beside(const Option& option, double bound, double direction) {
    return option.kind == Kind::kNumber
               ? shortest_text(std::nextafter(bound, direction * kNoBound))
               : std::to_string(static_cast<std::int64_t>(bound + direction));
}

std::string text_of(const Option& option, double bound) {
    return option.kind == Kind::kNumber ? shortest_text(bound) : beside(option, bound, 0.0);
}

}  // namespace

TEST_CASE("configs/schema holds what the program prints") {
    for (const std::string& name : schema_names()) {
        const std::string file = "configs/schema/" + name + ".json";
        INFO("to write it anew: nanonas schema " << name << " > " << file);
        CHECK(read_file(testing::source_folder() + "/" + file) == schema_text(name));
    }
    CHECK_THROWS_AS(schema_text("serch"), ConfigError);
    CHECK_THROWS_WITH(schema_text("serch"), Contains("did you mean search?"));
}

TEST_CASE("every shipped config and target names its schema") {
    for (const auto& [folder, name] : {std::pair<const char*, const char*>{"searches", "search"},
                                       std::pair<const char*, const char*>{"targets", "target"}}) {
        for (const auto& entry : fs::directory_iterator(kConfigs + "/" + folder)) {
            INFO(entry.path().string());
            const nlohmann::json value = nlohmann::json::parse(read_file(entry.path().string()));
            REQUIRE(value.contains("$schema"));
            const fs::path named = entry.path().parent_path() / value["$schema"].get<std::string>();
            CHECK(fs::equivalent(named, kConfigs + "/schema/" + name + ".json"));
        }
    }
}

TEST_CASE("the schema tells of each option what the table tells, in its order") {
    const auto schema = nlohmann::ordered_json::parse(schema_text("search"));
    auto property = schema["properties"].begin();
    CHECK(property.key() == "$schema");
    for (const Option& option : options()) {
        if (option.name == std::string("config")) {
            continue;
        }
        ++property;
        INFO(option.name);
        CHECK(property.key() == option.name);
        CHECK(property.value()["description"] == option.help);
        const std::string preset = option.show(Config{});
        CHECK(property.value().contains("default") == !preset.empty());
    }
    CHECK(++property == schema["properties"].end());
    CHECK(schema["properties"]["strategy"]["enum"][0] == "occam");
    CHECK(schema["properties"]["epochs"]["anyOf"][0]["maximum"] == 100000);
    CHECK(schema["properties"]["epochs"]["default"] == "auto");
}

TEST_CASE("the schema of plans has every option that its runs take, once, and refers to it") {
    const auto schema = nlohmann::ordered_json::parse(schema_text("batch"))["properties"];
    const auto search = nlohmann::ordered_json::parse(schema_text("search"))["properties"];
    std::set<std::string> keys;
    for (const auto& property : schema.items()) {
        keys.insert(property.key());
    }
    CHECK(keys == std::set<std::string>{"$schema", "name", "base", "defaults", "matrix", "exclude",
                                        "include", "run", "verb"});
    const auto& defaults = schema["defaults"]["properties"];
    for (const Option& option : options()) {
        INFO(option.name);
        const bool of_batch = find_option(option.name)->belongs_to(Verb::kBatch) ||
                              option.name == std::string("resume") ||
                              option.name == std::string("config");
        const bool belongs =
            (option.belongs_to(Verb::kSearch) || option.belongs_to(Verb::kTrain)) && !of_batch;
        REQUIRE(defaults.contains(option.name) == belongs);
        REQUIRE(schema["matrix"]["properties"].contains(option.name) == belongs);
        if (belongs) {
            CHECK(defaults[option.name] == search[option.name]);
            CHECK(schema["matrix"]["properties"][option.name]["items"]["$ref"] ==
                  std::string("#/properties/defaults/properties/") + option.name);
        }
    }
    CHECK(schema["verb"]["enum"] == nlohmann::ordered_json({"search", "train"}));
    CHECK(schema["run"]["properties"]["on-failure"]["enum"][1] == "stop");
}

TEST_CASE("a number's range is closed, and nothing beside it is taken") {
    for (const Option& option : options()) {
        if (option.kind != Kind::kInteger && option.kind != Kind::kNumber &&
            option.kind != Kind::kIntegerOrWord) {
            continue;
        }
        INFO(option.name);
        REQUIRE(std::isfinite(option.allowed.low));
        CHECK(takes(option, text_of(option, option.allowed.low)));
        CHECK_FALSE(takes(option, beside(option, option.allowed.low, -1.0)));
        if (std::isfinite(option.allowed.high)) {
            CHECK(takes(option, text_of(option, option.allowed.high)));
            CHECK_FALSE(takes(option, beside(option, option.allowed.high, 1.0)));
        }
        CHECK_FALSE(takes(option, "many"));
    }
}

TEST_CASE("a named choice takes each of its names and says which are meant by another") {
    int choices = 0;
    for (const Option& option : options()) {
        if (option.allowed.names == nullptr || option.kind != Kind::kText) {
            continue;
        }
        ++choices;
        INFO(option.name);
        const std::vector<std::string> names = option.allowed.names();
        for (const std::string& name : names) {
            CHECK(takes(option, name));
        }
        Config config;
        const std::string last = names.back();  // long enough to be recognised
        CHECK_THROWS_WITH(option.read(config, last + "x", "--here"),
                          Contains("--here: \"" + last + "x\" is unknown; expected one of ") &&
                              Contains("; did you mean " + last + "?"));
        CHECK_FALSE(takes(option, ""));
    }
    CHECK(choices >= 12);
}

TEST_CASE("$schema in a config or target file changes nothing; it is a text") {
    const testing::TemporaryFolder folder;
    const std::string file = folder / "a.json";
    Config config;
    write_file(file, R"({"$schema": "x.json", "epochs": 7})");
    CHECK(read_config_file(file, Verb::kSearch, config) == std::set<std::string>{"epochs"});
    write_file(file, R"({"$schema": 1})");
    CHECK_THROWS_WITH(read_config_file(file, Verb::kSearch, config), Contains(file + ": /$schema"));
    write_file(file, R"({"$shema": "x.json"})");
    CHECK_THROWS_WITH(read_config_file(file, Verb::kSearch, config),
                      Contains("/$shema: unknown key; did you mean $schema?"));

    write_file(file, R"({"$schema": "x", "name": "a", "ram_bytes": 1, "flash_bytes": 1})");
    CHECK(json::read_target(file).name == "a");
    write_file(file, R"({"$schema": 1, "name": "a", "ram_bytes": 1, "flash_bytes": 1})");
    CHECK_THROWS_WITH(json::read_target(file), Contains("/$schema"));
}

TEST_CASE("a config's unknown name is told with file and key, also by verbs that do not use it") {
    const testing::TemporaryFolder folder;
    const std::string file = folder / "a.json";
    write_file(file, R"({"strategy": "ocam"})");
    for (const Verb verb : {Verb::kSearch, Verb::kProfile}) {
        Config config;
        CHECK_THROWS_WITH(
            read_config_file(file, verb, config),
            Contains(file + ": /strategy: \"ocam\" is unknown") && Contains("did you mean occam?"));
    }
}
