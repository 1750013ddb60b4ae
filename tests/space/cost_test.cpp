#include "space/cost.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas::space;

namespace {

struct Published {
    Shape input;
    std::int64_t classes;
    Candidate candidate;
    std::int64_t macc;
    std::int64_t weight_bytes;
    std::int64_t peak_tensor_bytes;
};

// Convolution: 9 taps x in x out + 4-byte bias x out; dense: in x out + 4-byte bias x out.
// Peak: a map and the next one, one byte per element.
const Published kPublished[] = {
    // Channels 3, 6, 9, 12.
    {{50, 50, 3},
     2,
     {3, 3},
     50 * 50 * 9 * 3 * 3 + 25 * 25 * 9 * 3 * 6 + 12 * 12 * 9 * 6 * 9 + 6 * 6 * 9 * 9 * 12 + 12 * 2,
     (9 * 3 * 3 + 4 * 3) + (9 * 3 * 6 + 4 * 6) + (9 * 6 * 9 + 4 * 9) + (9 * 9 * 12 + 4 * 12) +
         (12 * 2 + 4 * 2),
     50 * 50 * 3 + 50 * 50 * 3},
    // Channels 5, 10, 15, 19, 22.
    {{50, 50, 3},
     2,
     {5, 4},
     50 * 50 * 9 * 3 * 5 + 25 * 25 * 9 * 5 * 10 + 12 * 12 * 9 * 10 * 15 + 6 * 6 * 9 * 15 * 19 +
         3 * 3 * 9 * 19 * 22 + 22 * 2,
     (9 * 3 * 5 + 4 * 5) + (9 * 5 * 10 + 4 * 10) + (9 * 10 * 15 + 4 * 15) + (9 * 15 * 19 + 4 * 19) +
         (9 * 19 * 22 + 4 * 22) + (22 * 2 + 4 * 2),
     50 * 50 * 3 + 50 * 50 * 5},
    // Channels 7, 14, 21, 27, 31.
    {{50, 50, 3},
     2,
     {7, 4},
     50 * 50 * 9 * 3 * 7 + 25 * 25 * 9 * 7 * 14 + 12 * 12 * 9 * 14 * 21 + 6 * 6 * 9 * 21 * 27 +
         3 * 3 * 9 * 27 * 31 + 31 * 2,
     (9 * 3 * 7 + 4 * 7) + (9 * 7 * 14 + 4 * 14) + (9 * 14 * 21 + 4 * 21) + (9 * 21 * 27 + 4 * 27) +
         (9 * 27 * 31 + 4 * 31) + (31 * 2 + 4 * 2),
     50 * 50 * 3 + 50 * 50 * 7},
    // Channels 14, 28, 42, 53, 60; the first pool needs more than the first convolution.
    {{32, 32, 3},
     10,
     {14, 4},
     32 * 32 * 9 * 3 * 14 + 16 * 16 * 9 * 14 * 28 + 8 * 8 * 9 * 28 * 42 + 4 * 4 * 9 * 42 * 53 +
         2 * 2 * 9 * 53 * 60 + 60 * 10,
     (9 * 3 * 14 + 4 * 14) + (9 * 14 * 28 + 4 * 28) + (9 * 28 * 42 + 4 * 42) +
         (9 * 42 * 53 + 4 * 53) + (9 * 53 * 60 + 4 * 60) + (60 * 10 + 4 * 10),
     32 * 32 * 14 + 16 * 16 * 14},
};

}  // namespace

TEST_CASE("layer costs equal the arithmetic by hand on the published networks") {
    for (const Published& row : kPublished) {
        INFO(to_string(row.candidate));
        const CostReport report =
            layer_costs(CellSpace{row.input, row.classes}.build(row.candidate));
        CHECK(report.macc == row.macc);
        CHECK(report.weight_bytes == row.weight_bytes);
        CHECK(report.peak_tensor_bytes == row.peak_tensor_bytes);
    }
}

TEST_CASE("layers that fold away cost nothing") {
    const CostReport report = layer_costs(CellSpace{{9, 7, 1}, 3}.build({2, 1}));
    for (const LayerCost& layer : report.layers) {
        INFO(layer.name);
        const bool folds = layer.kind == "BatchNorm" || layer.kind == "Relu" ||
                           layer.kind == "Dropout" || layer.kind == "Softmax";
        CHECK((layer.tensor_bytes == 0) == folds);
    }
    CHECK(report.layers.size() == 11);
    CHECK(report.layers[3].name == "cell1.pool");
    CHECK(report.layers[3].tensor_bytes == 9 * 7 * 2 + 4 * 3 * 2);
    CHECK(report.layers[3].macc == 0);
    CHECK(report.layers[4].macc == 4 * 3 * 9 * 2 * 4);
    CHECK(report.layers[9].weight_bytes == 4 * 3 + 3 * 4);
}

TEST_CASE("a convolution is priced with a bias whether or not it has its own") {
    Network with{{5, 5, 2}, {}};
    with.add("conv", Conv2d{3, 1, true});
    Network without{{5, 5, 2}, {}};
    without.add("conv", Conv2d{3, 1, false});
    CHECK(layer_costs(with).weight_bytes == 2 * 3 + 3 * 4);
    CHECK(layer_costs(without).weight_bytes == 2 * 3 + 3 * 4);
}
