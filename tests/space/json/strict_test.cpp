#include "space/json/strict.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"

using Catch::Contains;
using Catch::Equals;
using nanonas::ConfigError;
using nanonas::json::parse;
using nanonas::json::Reader;

TEST_CASE("text that is not JSON is placed by line and column") {
    CHECK_THROWS_AS(parse("{", "a.json"), ConfigError);
    CHECK_THROWS_WITH(parse("{\n  \"a\": 1,\n  b\n}", "a.json"),
                      Contains("a.json:3:3: not valid JSON"));
    CHECK_THROWS_WITH(parse("[1, 2,]", "a.json"), Contains("a.json:1:7: "));
    CHECK_THROWS_WITH(parse("", "a.json"), Contains("a.json:1:1: "));
    CHECK_THROWS_WITH(parse("{} x", "a.json"), Contains("a.json:1:4: "));
    CHECK_THROWS_WITH(parse("[1e999]", "a.json"), Contains("number overflow"));
    CHECK_THROWS_AS(parse("{'a': 1}", "a.json"), ConfigError);
    CHECK_THROWS_AS(parse("[NaN]", "a.json"), ConfigError);
    CHECK_THROWS_AS(parse("[1] // no comments", "a.json"), ConfigError);
    CHECK_THROWS_AS(parse("[\"\xff\"]", "a.json"), ConfigError);
    CHECK(parse(" {\"a\": [1, {\"b\": null}]} \n", "a.json")["a"][0] == 1);
}

TEST_CASE("a message about JSON is one line") {
    for (const char* bad : {"{\n\n", "[\"a\nb\"]", "\n\n]", "{\"a\"\n:}"}) {
        try {
            parse(bad, "a.json");
            FAIL("accepted " << bad);
        } catch (const ConfigError& error) {
            CHECK(std::string(error.what()).find('\n') == std::string::npos);
        }
    }
}

TEST_CASE("a key that appears twice is an error where it does") {
    CHECK_THROWS_WITH(parse("{\"a\": 1,\n \"b\": {\"a\": 2, \"a\": 3}}", "a.json"),
                      Contains("a.json:2:18: ") && Contains("key 'a' appears twice"));
    CHECK_NOTHROW(parse("[{\"a\": 1}, {\"a\": {\"a\": 2}}]", "a.json"));
}

TEST_CASE("nesting has a limit") {
    CHECK_THROWS_WITH(parse(std::string(100'000, '['), "a.json"), Contains("nested deeper"));
}

TEST_CASE("an unknown key is named with its nearest neighbour") {
    const auto value = parse(R"({"target": {"ram_byts": 1}})", "searches/a.json");
    const Reader root(value, "searches/a.json");
    CHECK_THROWS_WITH(
        root["target"].only_keys({"ram_bytes", "flash_bytes"}),
        Equals("searches/a.json: /target/ram_byts: unknown key; did you mean ram_bytes?"));
    CHECK_THROWS_WITH(root.only_keys({"data"}), Contains("expected one of data"));
    CHECK_NOTHROW(root.only_keys({"data", "target"}));
}

TEST_CASE("missing keys and wrong kinds name their place") {
    const auto value = parse(R"({"a": {"b/c~d": [1, "x"]}, "n": 5})", "f");
    const Reader root(value, "f");
    CHECK(root.has("a"));
    CHECK_FALSE(root.has("b"));
    CHECK_THROWS_WITH(root["b"], Equals("f: 'b' is missing"));
    CHECK_THROWS_WITH(root["n"]["b"], Contains("f: /n: expected an object"));
    CHECK_THROWS_WITH(root["n"].only_keys({"x"}), Contains("f: /n: expected an object"));
    CHECK_THROWS_WITH(root["n"].items(), Contains("f: /n: expected an array"));
    CHECK_THROWS_WITH(root["a"]["b/c~d"].items().at(1).integer(0, 9),
                      Contains("f: /a/b~1c~0d/1: expected a whole number in [0, 9], not \"x\""));
}

TEST_CASE("integers are exact or refused") {
    const auto value = parse(
        R"([7, -1, 65536.9, 7.0, "7", 18446744073709551615, 99999999999999999999, null, true])",
        "f");
    const auto items = Reader(value, "f").items();
    constexpr std::int64_t kMax = INT64_MAX;
    CHECK(items[0].integer(0, kMax) == 7);
    CHECK(items[0].integer(7, 7) == 7);
    CHECK(items[1].integer(-1, 0) == -1);
    CHECK_THROWS_AS(items[0].integer(8, kMax), ConfigError);
    CHECK_THROWS_AS(items[0].integer(0, 6), ConfigError);
    for (std::size_t i = 1; i < items.size(); ++i) {
        INFO(i);
        CHECK_THROWS_AS(items[i].integer(0, kMax), ConfigError);
    }
    CHECK_THROWS_WITH(items[2].integer(0, kMax), Contains("65536.9"));
    // 2^64 - 1 is not -1.
    CHECK_THROWS_AS(items[5].integer(INT64_MIN, kMax), ConfigError);
}

TEST_CASE("numbers, truth values and strings are themselves and nothing else") {
    const auto value = parse(R"([0.5, 3, true, "text", null])", "f");
    const auto items = Reader(value, "f").items();
    CHECK(items[0].number(0, 1) == 0.5);
    CHECK(items[1].number(0, 3) == 3.0);
    CHECK_THROWS_AS(items[1].number(0, 2.9), ConfigError);
    CHECK_THROWS_AS(items[2].number(0, 9), ConfigError);
    CHECK_THROWS_AS(items[3].number(0, 9), ConfigError);
    CHECK(items[2].boolean());
    CHECK_THROWS_AS(items[1].boolean(), ConfigError);
    CHECK(items[3].string() == "text");
    CHECK_THROWS_AS(items[4].string(), ConfigError);
}

TEST_CASE("sizes are bytes or text with a unit") {
    const auto value = parse(R"([40960, "40KiB", "40KB", -1, "1MiB"])", "f");
    const auto items = Reader(value, "f").items();
    CHECK(items[0].bytes(1, 50'000) == 40960);
    CHECK(items[1].bytes(1, 50'000) == 40960);
    CHECK_THROWS_WITH(items[2].bytes(1, 50'000), Contains("f: /2: ") && Contains("40KiB"));
    CHECK_THROWS_AS(items[3].bytes(1, 50'000), ConfigError);
    CHECK_THROWS_WITH(items[4].bytes(1, 50'000), Contains("f: /4: ") && Contains("50000"));
}
