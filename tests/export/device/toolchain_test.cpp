#include "export/device/toolchain.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "export/device/core.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/support/search_path.hpp"

using namespace nanonas;
using Catch::Contains;

namespace {

void write_tool(const device::TemporaryDirectory& folder, const char* name, const char* script) {
    write_file(folder.file(name), std::string("#!/bin/sh\n") + script);
    std::filesystem::permissions(folder.file(name), std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("missing tools are named in one line with the command that installs them") {
    const device::TemporaryDirectory folder;
    const testing::SearchPath path(folder.path());
    SECTION("none of them") {
        const device::Toolchain tools = device::find_toolchain();
        CHECK_FALSE(tools.can_link());
        CHECK_FALSE(tools.can_run());
        CHECK(tools.missing ==
              "arm-none-eabi-gcc, qemu-system-arm: not found; install with: apt-get install "
              "--no-install-recommends gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm");
    }
    SECTION("a compiler without its library") {
        write_tool(folder, "arm-none-eabi-gcc", "echo nano.specs");
        write_tool(folder, "qemu-system-arm", "");
        const device::Toolchain tools = device::find_toolchain();
        CHECK_FALSE(tools.can_link());
        CHECK_THAT(tools.missing, Contains("newlib") &&
                                      Contains("recommends libnewlib-arm-none-eabi") &&
                                      !Contains("qemu"));
    }
    SECTION("no emulator: exports can be linked, not run") {
        write_tool(folder, "arm-none-eabi-gcc", "echo /somewhere/nano.specs");
        const device::Toolchain tools = device::find_toolchain();
        CHECK(tools.can_link());
        CHECK_FALSE(tools.can_run());
        CHECK_THAT(tools.missing, Contains("recommends qemu-system-arm"));
    }
    SECTION("a compiler that does not run is no compiler") {
        write_tool(folder, "arm-none-eabi-gcc", "exit 1");
        CHECK_FALSE(device::find_toolchain().can_link());
    }
}

TEST_CASE("this computer's compiler is the first that runs, named by its own first line") {
    const device::TemporaryDirectory folder;
    const testing::SearchPath path(folder.path());
    CHECK(device::find_host_compiler().program.empty());
    write_tool(folder, "cc", "exit 1");
    write_tool(folder, "clang", "echo clang 1; echo more");
    CHECK(device::find_host_compiler().program == "clang");
    CHECK(device::find_host_compiler().version == "clang 1");
    write_tool(folder, "gcc", "echo gcc 2");
    CHECK(device::find_host_compiler().program == "gcc");
}

TEST_CASE("a core is found by its name, and an unknown one is told the known ones") {
    CHECK(device::core_named("cortex-m4").name == "cortex-m4");
    CHECK(device::find_core("cortex-m99") == nullptr);
    CHECK_THROWS_WITH(
        device::core_named("cortex-m4f"),
        Contains("cortex-m0, cortex-m0plus, cortex-m3") && Contains("did you mean cortex-m4?"));
    for (const device::Core& core : device::cores()) {
        CHECK_FALSE(core.machines.empty());
        for (const device::Machine& machine : core.machines) {
            CHECK(machine.tick_ps > 0);
        }
    }
}
