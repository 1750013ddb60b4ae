#include "space/text.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "space/errors.hpp"
#include "space/random.hpp"

using namespace nanonas;
using Catch::Contains;

TEST_CASE("a size is whole bytes, KiB or MiB") {
    CHECK(parse_bytes("40960", "--ram") == 40960);
    CHECK(parse_bytes("40960B", "--ram") == 40960);
    CHECK(parse_bytes("40KiB", "--ram") == 40 * 1024);
    CHECK(parse_bytes("1MiB", "--ram") == 1024 * 1024);
    CHECK(parse_bytes("0", "--ram") == 0);
    CHECK(parse_bytes("9223372036854775807", "--ram") == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("any other size is refused") {
    for (const char* bad : {"",
                            "40KB2",
                            "-1",
                            "+1",
                            "1.5KiB",
                            "40 KiB",
                            " 40",
                            "40kib",
                            "40KIB",
                            "40mib",
                            "KiB",
                            "B",
                            "0x10",
                            "1e3",
                            "40KiBB",
                            "40KiB1",
                            "1GiB",
                            "40,960",
                            "9223372036854775808",
                            "9007199254740992KiB",
                            "99999999999999999999999999"}) {
        INFO(bad);
        CHECK_THROWS_AS(parse_bytes(bad, "--ram"), ConfigError);
        CHECK_THROWS_WITH(parse_bytes(bad, "--ram"), Contains("--ram"));
    }
}

TEST_CASE("a bare KB or MB is answered with the unit that is meant") {
    CHECK_THROWS_WITH(parse_bytes("40KB", "--ram"), Contains("40KiB"));
    CHECK_THROWS_WITH(parse_bytes("40K", "--ram"), Contains("40KiB"));
    CHECK_THROWS_WITH(parse_bytes("2MB", "--flash"), Contains("2MiB"));
}

TEST_CASE("a whole number keeps to its range") {
    CHECK(parse_integer("-3", "--x", -3, 3) == -3);
    CHECK(parse_integer("3", "--x", -3, 3) == 3);
    for (const char* bad : {"", "4", "-4", "1.0", "1e1", "+1", " 1", "1 ", "-", "--1", "one",
                            "99999999999999999999"}) {
        INFO(bad);
        CHECK_THROWS_WITH(parse_integer(bad, "--x", -3, 3), Contains("--x") && Contains("[-3, 3]"));
    }
}

TEST_CASE("numbers are grouped in threes") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(20480) == "20,480");
    CHECK(grouped(-1234567) == "-1,234,567");
    CHECK(grouped(-100) == "-100");
}

TEST_CASE("bytes are shown with KiB rounded to a tenth") {
    CHECK(bytes_text(20480) == "20,480 B (20.0 KiB)");
    CHECK(bytes_text(1075) == "1,075 B (1.0 KiB)");
    CHECK(bytes_text(1076) == "1,076 B (1.1 KiB)");
    CHECK(bytes_text(2047) == "2,047 B (2.0 KiB)");
    CHECK(bytes_text(2 * 1024 * 1024) == "2,097,152 B (2,048.0 KiB)");
}

TEST_CASE("a number is written as short as reads back") {
    CHECK(shortest_text(0.1F) == "0.1");
    CHECK(shortest_text(0.1) == "0.1");
    CHECK(shortest_text(static_cast<double>(0.1F)) == "0.10000000149011612");
    CHECK(shortest_text(99.99) == "99.99");
    CHECK(shortest_text(-0.0) == "-0");
    CHECK(shortest_text(1e300) == "1e+300");
}

TEST_CASE("a float in nine digits is what printf writes") {
    CHECK(scientific_text(0.1F) == "1.00000001e-01");
    CHECK(scientific_text(0.0F) == "0.00000000e+00");
    CHECK(scientific_text(-1e-45F) == "-1.40129846e-45");
    CHECK(scientific_text(std::numeric_limits<float>::max()) == "3.40282347e+38");
}

TEST_CASE("every finite float and double comes back from its text") {
    constexpr std::uint64_t kSeed = 5;
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t bits = rng.next();
        const auto low = static_cast<std::uint32_t>(bits);
        float number = 0.0F;
        double wide = 0.0;
        std::memcpy(&number, &low, sizeof number);
        std::memcpy(&wide, &bits, sizeof wide);
        if (std::isfinite(number) && std::isfinite(wide)) {
            REQUIRE(std::strtof(shortest_text(number).c_str(), nullptr) == number);
            REQUIRE(std::strtof(scientific_text(number).c_str(), nullptr) == number);
            REQUIRE(std::strtod(shortest_text(wide).c_str(), nullptr) == wide);
            char printed[32];
            std::snprintf(printed, sizeof printed, "%.8e", static_cast<double>(number));
            REQUIRE(scientific_text(number) == printed);
        }
    }
}

TEST_CASE("a mistyped name finds its neighbour") {
    const std::vector<std::string> known = {"ram_bytes", "flash_bytes", "seed", "k"};
    CHECK(nearest_name("ram_byts", known) == "ram_bytes");
    CHECK(nearest_name("falsh_bytes", known) == "flash_bytes");
    CHECK(nearest_name("sede", known) == "seed");
    CHECK(nearest_name("sees", known) == "seed");
    CHECK(nearest_name("workers", known).empty());
    CHECK(nearest_name("x", known).empty());
    CHECK(nearest_name("", known).empty());
    CHECK(nearest_name("seed", {}).empty());
    CHECK(did_you_mean("falsh", {"flash", "ram"}, "--") == "; did you mean --flash?");
    CHECK(did_you_mean("workers", {"flash", "ram"}, "--").empty());
}

TEST_CASE("UTF-8 is what RFC 3629 says") {
    for (const char* good : {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                             "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "gänse"}) {
        CHECK(is_utf8(good));
    }
    for (const char* bad : {"\x80", "a\xff", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf",
                            "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3z"}) {
        CHECK_FALSE(is_utf8(bad));
    }
    CHECK(is_utf8(std::string_view("a\0b", 3)));
}
