#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/spaces/cells.hpp"

using nanonas::NetworkError;
using nanonas::space::Candidate;
using nanonas::space::cell_channels;
using nanonas::space::CellSpace;
using nanonas::space::macc;
using nanonas::space::parse_candidate;

TEST_CASE("channels follow the rule of the paper") {
    using Channels = std::vector<std::int64_t>;
    CHECK(cell_channels({4, 0}) == Channels{4});
    CHECK(cell_channels({8, 4}) == Channels{8, 16, 24, 30, 34});
    CHECK(cell_channels({14, 4}) == Channels{14, 28, 42, 53, 60});
    CHECK(cell_channels({1, 5}) == Channels{1, 2, 3, 4, 5, 6});
}

TEST_CASE("MACC equals the published counts") {
    // mcu-runtime figures of NanoNAS's published networks.
    CHECK(macc(CellSpace{{50, 50, 3}, 2}.build({3, 3})) == 408'750);
    CHECK(macc(CellSpace{{50, 50, 3}, 2}.build({5, 4})) == 939'392);
    CHECK(macc(CellSpace{{50, 50, 3}, 2}.build({7, 4})) == 1'656'341);
    CHECK(macc(CellSpace{{32, 32, 3}, 10}.build({14, 4})) == 2'403'240);
}

TEST_CASE("cells stop where a map can be halved no more") {
    CHECK(CellSpace{{50, 50, 3}, 2}.deepest() == 5);
    CHECK(CellSpace{{1, 9, 1}, 2}.deepest() == 0);
    CHECK(CellSpace{{3, 100, 1}, 2}.deepest() == 1);
    CHECK_NOTHROW(CellSpace{{3, 100, 1}, 2}.build({1, 1}));
    CHECK_THROWS_AS((CellSpace{{3, 100, 1}, 2}.build({1, 2})), NetworkError);
    CHECK_THROWS_AS((CellSpace{{8, 8, 1}, 2}.build({0, 0})), NetworkError);
    CHECK_THROWS_AS((CellSpace{{8, 8, 1}, 2}.build({4})), NetworkError);
    CHECK_THROWS_WITH((CellSpace{{28, 28, 1}, 2}.build({1, 5})),
                      "cells: a 28x28x1 input takes at most 4 cells");
}

TEST_CASE("the depth ends where cells no longer fit, or at sixteen where the input is not known") {
    const auto axes = CellSpace{{50, 50, 3}, 2}.axes();
    CHECK(names_text(axes) == "k,c");
    CHECK(axes[0].high == 1024);
    CHECK(axes[1].high == 5);
    CHECK(CellSpace{}.axes()[1].high == 16);
}

TEST_CASE("an architecture is read as k,c") {
    const auto parse = [](const std::string& text) {
        return parse_candidate(text, CellSpace{}.axes());
    };
    CHECK(parse("6,4") == Candidate{6, 4});
    CHECK(parse("(6, 4)") == Candidate{6, 4});
    CHECK(parse("( 6 ,\t4 )") == Candidate{6, 4});
    for (const char* bad : {"", "6", "6,", "0,1", "-1,2", "6,17", "6,4,1", "6.5,4", "(6 4)",
                            "6,4)x", "1234567,1", ")6,4", "6,4,"}) {
        INFO(bad);
        CHECK_THROWS_AS(parse(bad), nanonas::ConfigError);
    }
    CHECK_THROWS_WITH(parse("6,17"),
                      "'6,17': not an architecture, expected k,c such as 1,0: k in [1, 1024], c in "
                      "[0, 16]");
}

TEST_CASE("an architecture of a million letters is refused as any other") {
    const auto axes = CellSpace{}.axes();
    const std::string blanks(1'000'000, ' ');
    CHECK_THROWS_AS(parse_candidate("6," + blanks + "x", axes), nanonas::ConfigError);
    CHECK(parse_candidate("6," + blanks + "4", axes) == Candidate{6, 4});
    CHECK_THROWS_AS(parse_candidate(std::string(1'000'000, '6'), axes), nanonas::ConfigError);
}
