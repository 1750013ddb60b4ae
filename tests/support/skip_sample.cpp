// What skip_test.sh runs.
#include <catch2/catch.hpp>

#include "tests/support/skip.hpp"

TEST_CASE("skips", "[.skips]") {
    nanonas::testing::skip("nothing to run it with");
}

TEST_CASE("passes", "[.passes]") {
    CHECK(true);
}

TEST_CASE("fails as often as the code of a skip", "[.fails]") {
    for (int i = 0; i < nanonas::testing::kSkippedCode; ++i) {
        CHECK(false);
    }
}
