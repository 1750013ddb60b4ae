#include "space/json/json_text.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/random.hpp"

using namespace nanonas;
using Value = nlohmann::json;

TEST_CASE("any bytes are JSON, and come back as they were") {
    Rng rng(3);
    for (int round = 0; round < 300; ++round) {
        std::string bytes;
        for (std::uint64_t left = rng.below(12); left > 0; --left) {
            // Mostly what is hard: bytes above 0x7f, zero, digits behind it.
            const std::uint64_t kind = rng.below(4);
            bytes += kind == 0   ? '\0'
                     : kind == 1 ? "09af"[rng.below(4)]
                                 : static_cast<char>(static_cast<unsigned char>(rng.below(256)));
        }
        const Value value = {{"path", bytes}, {bytes, {1, bytes, {{"deep", bytes}}}}};
        const std::string text = Value::parse(json::text(value)).dump();  // valid JSON
        CHECK(json::parse_text(text, "x.json") == value);
    }
}

TEST_CASE("what is UTF-8 is written as it is") {
    const Value value = {
        {"path", "Blümchen/\xf0\x9f\x8c\xbc"}, {"number", 0.25}, {"none", nullptr}};
    CHECK(json::text(value) == value.dump());
    CHECK(json::text(value, 2) == value.dump(2));
}

TEST_CASE("a byte that is no UTF-8 becomes U+0000 and its hex digits") {
    CHECK(json::text("caf\xe9/1") == "\"caf\\u0000e9/1\"");
    CHECK(json::text("\xed\xa0\x80") == "\"\\u0000ed\\u0000a0\\u000080\"");
    CHECK(json::plain_text("caf\xe9", true) == "\"caf\\ufffd\"");
    CHECK_THROWS_AS(json::parse_text("{", "x.json"), ConfigError);
}
