#include "train/engine/arithmetic.hpp"

#include <catch2/catch.hpp>

#include "space/stopwatch.hpp"

using namespace nanonas;
using namespace nanonas::train;

TEST_CASE("the arithmetic of an engine is told the same every time, and in no time") {
    for (const std::string& name : engine_names()) {
        CAPTURE(name);
        const auto engine = make_engine(name);
        const Arithmetic first = arithmetic_of(*engine);
        const Stopwatch watch;
        const Arithmetic again = arithmetic_of(*engine);
        CHECK(watch.seconds() < 1.0);
        CHECK(again.probe == first.probe);
        CHECK(first.probe.size() == 16);
        CHECK_THAT(first.build, Catch::StartsWith("nanonas "));
        CHECK_THAT(first.simd, Catch::StartsWith(name + " "));
        CHECK(first.simd.size() > name.size() + 1);
    }
}

TEST_CASE("engines that compute otherwise have another probe") {
    const auto names = engine_names();
    for (std::size_t i = 1; i < names.size(); ++i) {
        CHECK(arithmetic_of(*make_engine(names[0])).probe !=
              arithmetic_of(*make_engine(names[i])).probe);
    }
}
