#include "space/little_endian.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "space/random.hpp"

using namespace nanonas;
using namespace std::string_literals;

TEST_CASE("a number is read from its lowest byte up, at any place") {
    const std::string bytes = "x\x01\x02\x03\x84\x05\x06\x07\x88"s;
    CHECK(read_little_endian(bytes, 1, 1) == 0x01);
    CHECK(read_little_endian(bytes, 1, 2) == 0x0201);
    CHECK(read_little_endian(bytes, 1, 4) == 0x84030201);
    CHECK(read_little_endian(bytes, 1, 8) == 0x8807060584030201);
    CHECK(read_little_endian(bytes, 9, 0) == 0);
}

TEST_CASE("a number is appended from its lowest byte up") {
    std::string bytes = "x";
    append_little_endian(bytes, 0xFF, 1);
    append_little_endian(bytes, 0x0102, 2);
    append_little_endian(bytes, 3, 4);
    CHECK(bytes == "x\xFF\x02\x01\x03\0\0\0"s);
}

TEST_CASE("lists of 16- and 32-bit numbers are their bytes") {
    CHECK(little_endian(std::vector<std::uint16_t>{1, 0xFE02}) == "\x01\0\x02\xFE"s);
    CHECK(little_endian(std::vector<std::int32_t>{-2, 258}) == "\xFE\xFF\xFF\xFF\x02\x01\0\0"s);
    CHECK(little_endian(std::vector<float>{1.0F, -0.0F}) == "\0\0\x80\x3F\0\0\0\x80"s);
    CHECK(little_endian(std::vector<float>{}).empty());
}

TEST_CASE("what was appended is read back") {
    constexpr std::uint64_t kSeed = 11;
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (int i = 0; i < 1000; ++i) {
        const auto width = static_cast<std::size_t>(1 + rng.below(8));
        const std::uint64_t most = std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * width);
        const std::uint64_t value = rng.next() & most;
        std::string bytes(static_cast<std::size_t>(rng.below(9)), 'x');
        const std::size_t at = bytes.size();
        append_little_endian(bytes, value, width);
        REQUIRE(bytes.size() == at + width);
        REQUIRE(read_little_endian(bytes + "x", at, width) == value);
    }
}
