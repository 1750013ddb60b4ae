#include "space/budget.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/target.hpp"

using namespace nanonas::space;

namespace {

CostReport cost(std::int64_t ram, std::int64_t flash, std::int64_t macc) {
    CostReport report;
    report.ram_bytes = ram;
    report.flash_bytes = flash;
    report.macc = macc;
    return report;
}

}  // namespace

TEST_CASE("a bound holds up to its own value") {
    const Budget budget{20480, 131072, 750000};
    CHECK(violations(budget, cost(20480, 131072, 750000)).empty());
    CHECK(violations(budget, cost(20481, 131072, 750000)) ==
          std::vector<Violation>{{"ram_bytes", 20480, 20481}});
    CHECK(violations(budget, cost(0, 131073, 0)) ==
          std::vector<Violation>{{"flash_bytes", 131072, 131073}});
    CHECK(violations(budget, cost(0, 0, 750001)) ==
          std::vector<Violation>{{"macc", 750000, 750001}});
}

TEST_CASE("an absent bound does not bind") {
    CHECK(violations({}, cost(INT64_MAX, INT64_MAX, INT64_MAX)).empty());
}

TEST_CASE("broken bounds are told in the order RAM, flash, MACC") {
    const Budget budget{20480, 1000, 4000};
    CHECK(to_string(violations(budget, cost(21504, 2000, 5000))) ==
          "RAM 21,504 B > 20,480 B by 1,024 B; flash 2,000 B > 1,000 B by 1,000 B; "
          "MACC 5,000 > 4,000 by 1,000");
    CHECK(to_string(std::vector<Violation>{}).empty());
}

TEST_CASE("latency and energy bind where an estimate is there, and are refused where it is not") {
    Budget budget;
    budget.latency_us = 1000;
    budget.energy_uj = 50;
    CHECK(budget.binds());
    CHECK_FALSE(Budget{}.binds());
    CostReport report = cost(0, 0, 0);
    report.runtime = "native";
    CHECK_THROWS_WITH(violations(budget, report),
                      Catch::Contains("latency") && Catch::Contains("native"));
    report.latency_us = 1000;
    report.energy_uj = 51;
    CHECK(violations(budget, report) == std::vector<Violation>{{"energy_uj", 50, 51}});
    report.latency_us = 1001;
    CHECK(to_string(violations(budget, report)) ==
          "latency 1.001 ms > 1.000 ms by 0.001 ms; energy 51 uJ > 50 uJ by 1 uJ");
}

TEST_CASE("a target binds RAM, flash and ten thousand MACC per CoreMark") {
    Target target;
    target.ram_bytes = 40960;
    target.flash_bytes = 131072;
    target.coremark = 273.55;
    CHECK(target.budget().ram_bytes == 40960);
    CHECK(target.budget().flash_bytes == 131072);
    CHECK(target.budget().macc == 2'735'500);
    target.coremark = 0.0;
    CHECK_FALSE(target.budget().macc.has_value());
}
