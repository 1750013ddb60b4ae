#include "export/runtime.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas::exporting;
using namespace nanonas::space;

TEST_CASE("every runtime's totals are the sums of its items") {
    constexpr std::uint64_t kSeed = 11;
    INFO("seed " << kSeed);
    nanonas::Rng rng(kSeed);
    for (const std::string& runtime : runtime_names()) {
        const auto model = make_cost_model(runtime);
        CHECK(model->name() == runtime);
        CHECK_FALSE(model->basis().empty());
        for (int round = 0; round < 100; ++round) {
            const CellSpace cells{
                {static_cast<std::int64_t>(8 + rng.below(60)),
                 static_cast<std::int64_t>(8 + rng.below(60)), rng.below(2) == 0 ? 1 : 3},
                static_cast<std::int64_t>(2 + rng.below(9))};
            const Candidate candidate{static_cast<std::int64_t>(1 + rng.below(20)),
                                      static_cast<std::int64_t>(rng.below(4))};
            INFO(runtime << " " << to_string(cells.input) << " " << to_string(candidate));
            const CostReport report = model->cost(cells.build(candidate));
            CHECK(report.runtime == runtime);
            std::int64_t ram = 0;
            for (const CostItem& item : report.ram_items) {
                CHECK(item.bytes >= 0);
                ram += item.bytes;
            }
            std::int64_t flash = 0;
            for (const CostItem& item : report.flash_items) {
                CHECK(item.bytes >= 0);
                flash += item.bytes;
            }
            CHECK(report.ram_bytes == ram);
            CHECK(report.flash_bytes == flash);
            CHECK(report.flash_bytes > report.weight_bytes);
            CHECK(report.macc == macc(cells.build(candidate)));
        }
    }
}

TEST_CASE("an unknown runtime is answered with the known ones") {
    CHECK(runtime_names() ==
          std::vector<std::string>{"native", "native-rows", "tflm", "tflm-reference"});
    CHECK_THROWS_AS(make_cost_model("tflite"), nanonas::ConfigError);
    CHECK_THROWS_WITH(make_cost_model("tflite"), Catch::Contains("native, native-rows, tflm"));
}
