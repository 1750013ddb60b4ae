#include "space/json/candidate_json.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"

namespace nanonas::json {
namespace {

using space::Candidate;

const std::vector<space::Axis> kAxes = {{"width", 8, 32, 8},
                                        space::choice_axis("pool", {"max", "average"})};

Candidate read(const std::string& text) {
    const nlohmann::json value = parse(text, "a.json");
    return read_candidate(Reader(value, "a.json"), kAxes);
}

}  // namespace

TEST_CASE("a candidate has a key for each axis, in their order, and reads back") {
    CHECK(candidate_json({16, 1}, kAxes).dump() == R"({"width":16,"pool":"average"})");
    for (const Candidate& candidate : {Candidate{16, 1}, {-5, 0}, {1000, 7}}) {
        CHECK(read(candidate_json(candidate, kAxes).dump()) == candidate);
    }
    CHECK_THROWS(candidate_json({16}, kAxes));
}

TEST_CASE("other keys, other choices and what is no whole number are refused") {
    for (const char* bad :
         {R"({"width":16})", R"({"width":16,"pool":"max","c":1})", R"({"width":16,"pool":"min"})",
          R"({"width":1.5,"pool":"max"})", R"({"width":"16","pool":"max"})", "[16,0]", "7"}) {
        INFO(bad);
        CHECK_THROWS_AS(read(bad), ConfigError);
    }
}

}  // namespace nanonas::json
