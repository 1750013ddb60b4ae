#include "train/average.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace nanonas;
using namespace nanonas::train;

namespace {

space::Weights one(float value) {
    return {{"w", {{1}, {value}}}};
}

float average_of(const std::vector<float>& values, double share) {
    WeightAverage average(share);
    for (std::size_t step = 0; step < values.size(); ++step) {
        average.add(one(values[step]), static_cast<std::int64_t>(step));
    }
    return average.weights().at("w").values[0];
}

}  // namespace

TEST_CASE("a share of 1 is the plain mean of all steps") {
    CHECK(average_of({2.0F}, 1.0) == 2.0F);
    CHECK(average_of({2.0F, 4.0F}, 1.0) == 3.0F);
    CHECK(average_of({1.0F, 5.0F, 9.0F, -3.0F}, 1.0) == 3.0F);
}

TEST_CASE("a smaller share weighs the later steps more, by the rule of its header") {
    // 1, then 1 + (2 - 1) / 1.5, then that + (4 - that) / 2.
    CHECK(average_of({1.0F, 2.0F}, 0.5) == Approx(5.0 / 3.0));
    CHECK(average_of({1.0F, 2.0F, 4.0F}, 0.5) == Approx(17.0 / 6.0));
    CHECK(average_of({7.0F, 7.0F, 7.0F}, 0.05) == 7.0F);
}

TEST_CASE("the average reaches back over its share of a training of any length") {
    for (const int steps : {200, 2000}) {
        // A step up at nine tenths: a short reach has nearly forgotten what was before it.
        std::vector<float> values(static_cast<std::size_t>(steps), 0.0F);
        std::fill(values.begin() + steps * 9 / 10, values.end(), 1.0F);
        CHECK(average_of(values, 1.0) == Approx(0.1).margin(1e-3));
        // Of the weights before it (0.9)^(1 / share) is left.
        CHECK(average_of(values, 0.1) == Approx(1.0 - std::pow(0.9, 10.0)).margin(0.02));
        CHECK(average_of(values, 0.02) > 0.99);
    }
}

TEST_CASE("an average goes on from what it was") {
    WeightAverage whole(0.3), half(0.3), rest(0.3);
    for (std::int64_t step = 0; step < 10; ++step) {
        const space::Weights weights = one(static_cast<float>(step * step) / 7.0F);
        whole.add(weights, step);
        (step < 4 ? half : rest).add(weights, step);
        if (step == 3) {
            rest.restore(half.weights());
        }
    }
    CHECK(rest.weights() == whole.weights());
}
