// Sums by hand.
#include "export/int8/power.hpp"

#include <catch2/catch.hpp>

using namespace nanonas::exporting;

TEST_CASE("signal and error are sums of squares, int8 read as scale * (q - zero point)") {
    const Power sum = power({3.0F, -1.0F, 0.5F}, {10, 3, 5}, {0.5F, 4});  // 3, -0.5, 0.5
    CHECK(sum.signal == 10.25);
    CHECK(sum.error == 0.25);
}

TEST_CASE("ten times the signal's power are ten decibels") {
    Power sum{90.0, 4.0};
    sum += {10.0, 6.0};
    CHECK(sqnr_db(sum) == 10.0);
}

TEST_CASE("without error the ratio is infinite, whatever the signal") {
    CHECK(sqnr_db({1.0, 0.0}) == HUGE_VAL);
    CHECK(sqnr_db({0.0, 0.0}) == HUGE_VAL);
}
