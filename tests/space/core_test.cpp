#include "space/core.hpp"

#include <catch2/catch.hpp>

using namespace nanonas::space;

TEST_CASE("each core is found by its name and by its id") {
    for (const Core& core : cores()) {
        INFO(core.name);
        CHECK(find_core(core.name) == &core);
        CHECK(&core_of(core.id) == &core);
    }
    CHECK(find_core("") == nullptr);
    CHECK(find_core("cortex-m4f") == nullptr);
}
