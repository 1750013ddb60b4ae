#include "space/checksum.hpp"

#include <catch2/catch.hpp>

using namespace nanonas;

TEST_CASE("the checksum is FNV-1a of 64 bits") {
    CHECK(checksum("") == "cbf29ce484222325");
    CHECK(checksum("foobar") == "85944171f73967e8");
}

TEST_CASE("a sealed text tells every flipped bit and every cut") {
    for (const std::string member : {"\"check\":", "\"check\": "}) {
        const std::string text =
            sealed("{\"a\":1.5," + member + "\"" + kBlankCheck + "\",\"z\":[2]}\n");
        REQUIRE(seal_of(text) == Seal::kWhole);
        CHECK(text.find(kBlankCheck) == std::string::npos);
        for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
            std::string flipped = text;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
            INFO("bit " << bit);
            REQUIRE(seal_of(flipped) != Seal::kWhole);
        }
        for (std::size_t size = 0; size < text.size(); ++size) {
            REQUIRE(seal_of(text.substr(0, size)) != Seal::kWhole);
        }
    }
}

TEST_CASE("a text without a check has no seal") {
    CHECK(seal_of("") == Seal::kNone);
    CHECK(seal_of("{\"c_check\":{\"images\":1}}") == Seal::kNone);
    CHECK(sealed("{}") == "{}");
}
