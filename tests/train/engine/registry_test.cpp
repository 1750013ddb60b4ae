#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;
using namespace nanonas::train;

TEST_CASE("engines are made by the names that are listed") {
    for (const std::string& name : engine_names()) {
        CHECK(make_engine(name)->name() == name);
    }
}

TEST_CASE("an unknown engine is an error that lists the known ones") {
    CHECK_THROWS_AS(make_engine("stok"), ConfigError);
    CHECK_THROWS_WITH(make_engine("stok"), Catch::Contains("stok"));
    for (const std::string& name : engine_names()) {
        CHECK_THROWS_WITH(make_engine("stok"), Catch::Contains(name));
    }
}
