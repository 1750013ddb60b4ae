#include "train/data/split.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "space/errors.hpp"
#include "space/random.hpp"

using namespace nanonas;
using namespace nanonas::train;

namespace {

const std::vector<std::string> kNames = {"a", "b", "c"};

Split split_of(const std::vector<std::int32_t>& labels, double share, std::uint64_t seed) {
    const space::ImageView images{
        {1, 1, 1}, static_cast<std::int64_t>(labels.size()), nullptr, labels.data()};
    return split_by_class(images, kNames, share, seed, "data");
}

}  // namespace

TEST_CASE("a split is stratified, disjoint, complete and ascending") {
    const std::uint64_t seed = 5;
    INFO("seed " << seed);
    Rng rng(seed);
    for (int round = 0; round < 100; ++round) {
        std::vector<std::int32_t> labels = {0, 1, 2, 0, 1, 2};
        for (std::uint64_t more = rng.below(200); more > 0; --more) {
            labels.push_back(static_cast<std::int32_t>(rng.below(3)));
        }
        const double share = rng.uniform(0.01, 0.99);
        const Split split = split_of(labels, share, rng.next());
        std::set<std::int64_t> rows(split.training.begin(), split.training.end());
        rows.insert(split.validation.begin(), split.validation.end());
        REQUIRE(rows.size() == labels.size());
        REQUIRE(split.training.size() + split.validation.size() == labels.size());
        REQUIRE(std::is_sorted(split.training.begin(), split.training.end()));
        REQUIRE(std::is_sorted(split.validation.begin(), split.validation.end()));
        for (std::int32_t label = 0; label < 3; ++label) {
            const auto in_class = [&](std::int64_t row) {
                return labels[static_cast<std::size_t>(row)] == label;
            };
            const auto count = std::count(labels.begin(), labels.end(), label);
            const auto kept =
                std::count_if(split.validation.begin(), split.validation.end(), in_class);
            const auto wanted = std::llround(static_cast<double>(count) * share);
            REQUIRE(kept == std::max<long long>(1, std::min<long long>(wanted, count - 1)));
        }
    }
}

TEST_CASE("the seed decides which rows") {
    std::vector<std::int32_t> labels;
    for (std::int32_t i = 0; i < 60; ++i) {
        labels.push_back(i % 3);
    }
    CHECK(split_of(labels, 0.3, 1).validation == split_of(labels, 0.3, 1).validation);
    CHECK(split_of(labels, 0.3, 1).validation != split_of(labels, 0.3, 2).validation);
}

TEST_CASE("rows of one class do not move when another class grows") {
    const Split small = split_of({0, 0, 0, 0, 1, 1, 2, 2}, 0.5, 9);
    const Split large = split_of({0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2}, 0.5, 9);
    const auto firsts = [](const Split& split) {
        std::vector<std::int64_t> rows;
        for (const std::int64_t row : split.validation) {
            if (row < 6) {
                rows.push_back(row);
            }
        }
        return rows;
    };
    CHECK(firsts(small) == firsts(large));
}

TEST_CASE("a class with fewer than two images cannot be split") {
    CHECK_THROWS_WITH(split_of({0, 0, 1, 2, 2}, 0.3, 1),
                      Catch::Contains("data: class b has 1 image, expected at least two"));
    CHECK_THROWS_WITH(split_of({0, 0, 2, 2}, 0.3, 1), Catch::Contains("class b has 0 images"));
}

TEST_CASE("the validation share lies between 0 and 1") {
    for (const double share : {0.0, 1.0, -0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS(split_of({0, 0, 1, 1, 2, 2}, share, 1), ConfigError);
    }
}
