#include "space/json/target_json.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

const std::string kShipped = testing::source_folder() + "/configs/targets";

/// Writes a file of the folder; returns its path.
std::string write(const testing::TemporaryFolder& folder, const std::string& name,
                  const std::string& text) {
    write_file(folder / name, text);
    return folder / name;
}

}  // namespace

TEST_CASE("every shipped target is complete, with a source for each figure") {
    const auto targets = json::read_targets(kShipped);
    CHECK(targets.size() >= 10);
    std::set<std::string> names;
    for (const space::Target& target : targets) {
        INFO(target.name);
        CHECK(names.insert(target.name).second);
        for (const std::string& alias : target.aliases) {
            INFO(alias);
            CHECK(names.insert(alias).second);
        }
        CHECK_FALSE(target.part.empty());
        CHECK(target.core.rfind("cortex-m", 0) == 0);
        CHECK(target.clock_hz >= 1'000'000);
        CHECK(target.ram_bytes % 1024 == 0);
        CHECK(target.flash_bytes % 1024 == 0);
        // Between a slow flash and the best Cortex-M7: a misplaced digit falls outside.
        const double per_mhz = target.coremark / (static_cast<double>(target.clock_hz) * 1e-6);
        CHECK(per_mhz > 2.0);
        CHECK(per_mhz < 5.3);
        for (const char* figure : {"core", "clock_hz", "ram_bytes", "flash_bytes", "coremark"}) {
            INFO(figure);
            REQUIRE(target.sources.count(figure) == 1);
            CHECK_FALSE(target.sources.at(figure).empty());
        }
        // A power comes with its source; between a few and some hundred microwatts per MHz.
        CHECK((target.active_power_mw > 0.0) == (target.sources.count("active_power_mw") == 1));
        if (target.active_power_mw > 0.0) {
            const double mw_per_mhz =
                target.active_power_mw / (static_cast<double>(target.clock_hz) * 1e-6);
            CHECK(mw_per_mhz > 0.01);
            CHECK(mw_per_mhz < 1.5);
        }
        CHECK(fs::exists(kShipped + "/" + target.name + ".json"));
    }
}

TEST_CASE("the parts of NanoNAS bind as published") {
    const auto budget = [](const char* name) { return json::find_target(name, kShipped).budget(); };
    CHECK(budget("stm32l010rb").ram_bytes == 20 * 1024);
    CHECK(budget("stm32l010rb").flash_bytes == 128 * 1024);
    CHECK(budget("stm32l010rb").macc == 750'000);
    CHECK(budget("stm32l151uc").ram_bytes == 32 * 1024);
    CHECK(budget("stm32l151uc").flash_bytes == 256 * 1024);
    CHECK(budget("stm32l151uc").macc == 930'000);
    CHECK(budget("stm32l412kb").ram_bytes == 40 * 1024);
    CHECK(budget("stm32l412kb").flash_bytes == 128 * 1024);
    CHECK(budget("stm32l412kb").macc == 2'730'000);
}

TEST_CASE("a target is found by name, alias or file, in any case") {
    CHECK(json::find_target("nucleo-l412kb", kShipped).name == "stm32l412kb");
    CHECK(json::find_target("STM32L412KB", kShipped).name == "stm32l412kb");
    CHECK(json::find_target("raspberry-pi-pico", kShipped).name == "rp2040");
    const testing::TemporaryFolder folder;
    const std::string minimal = R"({"name": "mine", "ram_bytes": "8KiB", "flash_bytes": 65536})";
    for (const char* name : {"mine.json", "mine"}) {
        const auto mine = json::find_target(write(folder, name, minimal), kShipped);
        CHECK(mine.name == "mine");
        CHECK(mine.ram_bytes == 8192);
        CHECK(mine.flash_bytes == 65536);
        CHECK_FALSE(mine.budget().macc.has_value());
    }
}

TEST_CASE("an unknown target is answered with the nearest, or with all") {
    CHECK_THROWS_AS(json::find_target("stm32l412k", kShipped), ConfigError);
    CHECK_THROWS_WITH(json::find_target("stm32l412k", kShipped),
                      Contains("did you mean stm32l412kb?"));
    CHECK_THROWS_WITH(json::find_target("nuceo-l412kb", kShipped),
                      Contains("did you mean nucleo-l412kb?"));
    for (const char* other : {"nucleo-l432kc", "stm32l412kc", "nucleo-f412kb", "rp2350"}) {
        CHECK_THROWS_WITH(json::find_target(other, kShipped),
                          !Contains("did you mean") && Contains("rp2040"));
    }
    CHECK_THROWS_WITH(json::find_target("toaster", kShipped),
                      Contains("rp2040") && Contains("sparkfun-edge"));
    CHECK_THROWS_AS(json::find_target("none.json", kShipped), IoError);
    CHECK_THROWS_AS(json::find_target("rp2040", kShipped + "/none"), IoError);
}

TEST_CASE("a faulty target file names the file and the key") {
    const testing::TemporaryFolder folder;
    const struct {
        const char* text;
        const char* message;
    } kRows[] = {
        {R"({"ram_bytes": 1, "flash_bytes": 1})", "'name' is missing"},
        {R"({"name": "", "ram_bytes": 1, "flash_bytes": 1})", "/name: "},
        {R"({"name": "a", "flash_bytes": 1})", "'ram_bytes' is missing"},
        {R"({"name": "a", "ram_bytes": 1, "flash_bytes": 0})", "/flash_bytes: "},
        {R"({"name": "a", "ram_byts": 1, "flash_bytes": 1})", "did you mean ram_bytes?"},
        {R"({"name": "a", "ram_bytes": 1.5, "flash_bytes": 1})", "/ram_bytes: "},
        {R"({"name": "a", "ram_bytes": "40KB", "flash_bytes": 1})", "40KiB"},
        {R"({"name": "a", "ram_bytes": 1, "flash_bytes": 1, "coremark": -1})", "/coremark: "},
        {R"({"name": "a", "ram_bytes": 1, "flash_bytes": 1, "aliases": "b"})", "/aliases: "},
        {R"({"name": "a", "ram_bytes": 1, "flash_bytes": 1, "clock_hz": "1"})", "/clock_hz: "},
        {R"({"name": "a", "ram_bytes": 1, "flash_bytes": 1, "sources": {"ram": "x"}})",
         "/sources/ram: unknown key"},
        {"[]", "expected an object"},
        {"", ":1:1: not valid JSON"},
    };
    for (const auto& row : kRows) {
        INFO(row.text);
        const std::string file = write(folder, "a.json", row.text);
        CHECK_THROWS_AS(json::read_target(file), ConfigError);
        CHECK_THROWS_WITH(json::read_target(file), Contains(file) && Contains(row.message));
    }
}

TEST_CASE("two targets cannot share a name") {
    const testing::TemporaryFolder folder;
    write(folder, "a.json", R"({"name": "a", "ram_bytes": 1, "flash_bytes": 1})");
    CHECK(json::read_targets(folder.path()).size() == 1);
    write(folder, "b.json", R"({"name": "b", "ram_bytes": 1, "flash_bytes": 1, "aliases": ["A"]})");
    CHECK_THROWS_WITH(json::read_targets(folder.path()),
                      Contains("b.json") && Contains("'A'") && Contains("a.json"));
}
