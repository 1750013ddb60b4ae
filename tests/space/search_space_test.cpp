#include "space/search_space.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <unordered_set>

#include "space/errors.hpp"

namespace nanonas::space {
namespace {

const std::vector<Axis> kAxes = {
    {"width", 8, 32, 8}, {"layers", 1, 3}, choice_axis("pool", {"max", "average", "none"})};

}  // namespace

TEST_CASE("an axis holds its steps and nothing between or beyond") {
    const Axis& width = kAxes[0];
    CHECK(width.size() == 4);
    CHECK(width.holds(8));
    CHECK(width.holds(32));
    for (const std::int64_t value : {0, 7, 12, 33, 40, -8}) {
        CHECK_FALSE(width.holds(value));
    }
    CHECK(kAxes[2].size() == 3);
    CHECK_FALSE(kAxes[2].holds(3));
}

TEST_CASE("candidates are compared by their values, the first axis first") {
    CHECK(Candidate{1, 5} < Candidate{2, 0});
    CHECK(Candidate{2, 0} < Candidate{2, 1});
    CHECK(Candidate{2, 1} == Candidate(std::vector<std::int64_t>{2, 1}));
    CHECK(Candidate{2, 1} != Candidate{1, 2});
    std::unordered_set<Candidate> all;
    for (std::int64_t a = 0; a < 30; ++a) {
        for (std::int64_t b = 0; b < 30; ++b) {
            all.insert({a, b});
            all.insert({a, b});
        }
    }
    CHECK(all.size() == 900);
}

TEST_CASE("a candidate reads as it is written, choices by name") {
    for (const Candidate& candidate : {Candidate{8, 1, 0}, Candidate{32, 3, 2}}) {
        CHECK(parse_candidate(to_string(candidate, kAxes), kAxes) == candidate);
    }
    CHECK(to_string(Candidate{16, 2, 1}, kAxes) == "(16,2,average)");
    CHECK(to_string(Candidate{16, 2, 1}) == "(16,2,1)");
    CHECK(to_string(Candidate{16, 2, 9}, kAxes) == "(16,2,9)");
    CHECK(names_text(kAxes) == "width,layers,pool");
    CHECK_THROWS_WITH(parse_candidate("12,1,max", kAxes),
                      "'12,1,max': not an architecture, expected width,layers,pool such as "
                      "8,1,max: width in [8, 32] in steps of 8, layers in [1, 3], pool one of max, "
                      "average, none");
    for (const char* bad : {"8,1", "8,1,0", "8,1,maximum", "8,4,max", "8,1,max,", ""}) {
        INFO(bad);
        CHECK_THROWS_AS(parse_candidate(bad, kAxes), ConfigError);
    }
}

TEST_CASE("what is not on the axes is refused with the axis") {
    CHECK_NOTHROW(require_on_axes({8, 1, 0}, kAxes));
    CHECK_THROWS_WITH(require_on_axes({8, 4, 0}, kAxes), "layers is 4, expected layers in [1, 3]");
    CHECK_THROWS_WITH(require_on_axes({8, 1}, kAxes), "(8,1): expected width,layers,pool");
    CHECK_THROWS_AS(require_on_axes({8, 1, 3}, kAxes), NetworkError);
}

TEST_CASE("a seed is derived from the values as from numbers of their own") {
    CHECK(candidate_seed(7, "candidate", {4, 3}) == derive_seed(7, "candidate", 4, 3));
    CHECK(candidate_seed(7, "candidate", {4, 3, 0}) != derive_seed(7, "candidate", 4, 3));
}

TEST_CASE("samples reach every point and none beyond") {
    Rng rng(1);
    std::set<Candidate> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(sample(kAxes, rng));
        REQUIRE_NOTHROW(require_on_axes(*seen.rbegin(), kAxes));
    }
    CHECK(seen.size() == 4 * 3 * 3);
}

TEST_CASE("neighbours differ by a step or a choice, and have each other for neighbours") {
    CHECK(neighbours({8, 2, 1}, kAxes) ==
          std::vector<Candidate>{{16, 2, 1}, {8, 1, 1}, {8, 3, 1}, {8, 2, 0}, {8, 2, 2}});
    Rng rng(2);
    for (int i = 0; i < 200; ++i) {
        const Candidate candidate = sample(kAxes, rng);
        for (const Candidate& other : neighbours(candidate, kAxes)) {
            REQUIRE_NOTHROW(require_on_axes(other, kAxes));
            const auto back = neighbours(other, kAxes);
            REQUIRE(std::count(back.begin(), back.end(), candidate) == 1);
        }
    }
}

TEST_CASE("a mutation is one of the neighbours, and reaches each") {
    Rng rng(3);
    const Candidate candidate{16, 2, 1};
    const auto all = neighbours(candidate, kAxes);
    std::set<Candidate> seen;
    for (int i = 0; i < 300; ++i) {
        seen.insert(mutate(candidate, kAxes, rng));
    }
    CHECK(seen == std::set<Candidate>(all.begin(), all.end()));
    CHECK(mutate({5}, {{"only", 5, 5}}, rng) == Candidate{5});
}

TEST_CASE("spaces are found by name, and an unknown name is answered with the known") {
    for (const std::string& name : space_names()) {
        INFO(name);
        const auto space = make_space(name, {{32, 32, 3}, 10});
        CHECK(space->name() == name);
        const auto axes = space->axes();
        const auto anywhere = make_space(name, {})->axes();
        CHECK(names_text(axes) == names_text(anywhere));
        const Network smallest = space->build(lowest(axes));
        CHECK(smallest.classes() == 10);
        CHECK(smallest == space->build(lowest(axes)));
        std::set<std::string> names = {"effort", "repeat", "score"};  // columns of their own
        for (const Axis& axis : axes) {
            CHECK(names.insert(axis.name).second);
        }
        Rng rng(4);
        for (int i = 0; i < 20; ++i) {
            try {
                space->build(sample(axes, rng));
            } catch (const NetworkError& error) {
                CHECK_FALSE(std::string(error.what()).empty());
            }
        }
        CHECK_THROWS_AS(space->build({}), NetworkError);
        for (const Anchor& anchor : space->anchors()) {
            INFO(to_string(anchor.smallest, axes) << " to " << to_string(anchor.largest, axes));
            CHECK_NOTHROW(space->build(anchor.smallest));
            CHECK_NOTHROW(space->build(anchor.largest));
            for (std::size_t i = 0; i < axes.size(); ++i) {
                CHECK(anchor.smallest.at[i] <= anchor.largest.at[i]);
                CHECK((axes[i].choices.empty() || anchor.smallest.at[i] == anchor.largest.at[i]));
            }
        }
    }
    CHECK_THROWS_WITH(
        make_space("cell", {}),
        "space \"cell\": unknown, expected one of cells, blocks; did you mean cells?");
}

}  // namespace nanonas::space
