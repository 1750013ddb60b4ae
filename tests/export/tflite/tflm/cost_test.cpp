#include "export/tflite/tflm/cost.hpp"

#include <catch2/catch.hpp>

#include "export/runtime.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas::space;
using namespace nanonas::exporting;
using Catch::Contains;
using nanonas::NetworkError;

namespace {

std::int64_t bytes_of(const std::vector<CostItem>& items, const std::string& name) {
    for (const CostItem& item : items) {
        if (item.name == name) {
            return item.bytes;
        }
    }
    FAIL("no item " << name);
    return 0;
}

}  // namespace

TEST_CASE("the runtime is priced beside the model, as measured") {
    const Network network = CellSpace{{50, 50, 3}, 2}.build({3, 3});
    Device device;
    device.core = "cortex-m4";
    const CostReport m4 = TflmCostModel(device).cost(network);
    CHECK(bytes_of(m4.flash_items, "runtime code") == 60'256);
    CHECK(bytes_of(m4.flash_items, "start-up and data") == 576);
    CHECK(bytes_of(m4.ram_items, "static data") == 624);
    CHECK(bytes_of(m4.ram_items, "stack") == 950);
    device.core = "cortex-m0plus";
    const CostReport m0 = TflmCostModel(device).cost(network);
    CHECK(bytes_of(m0.flash_items, "runtime code") == 66 * 1024);
    CHECK(TflmCostModel().cost(network).flash_bytes == m0.flash_bytes);
    // No average pool scratch without the DSP extension.
    CHECK(m0.ram_bytes <= m4.ram_bytes);
    CHECK(TflmCostModel().cost(network).ram_bytes == m4.ram_bytes);
}

TEST_CASE("the arena in the report is the one the C array's writer states") {
    const Network network = CellSpace{{50, 50, 3}, 2}.build({5, 4});
    for (const TflmKernels kernels : {TflmKernels::kCmsisNn, TflmKernels::kReference}) {
        const CostReport report = TflmCostModel({}, kernels).cost(network);
        CHECK(report.runtime == TflmCostModel({}, kernels).name());
        CHECK(report.ram_bytes - 624 - 950 == tflm_arena(network, kernels).bytes);
    }
    CHECK(make_cost_model("tflm-reference")->cost(network).ram_bytes <
          make_cost_model("tflm")->cost(network).ram_bytes);
}

TEST_CASE("labels are part of the file, their letters to the byte") {
    const Network network = CellSpace{{16, 16, 1}, 3}.build({2, 1});
    Device device;
    device.labels = {"a", "b", "c"};
    const std::int64_t three = TflmCostModel(device).cost(network).flash_bytes;
    device.labels = {"a", "bees", "c"};
    CHECK(TflmCostModel(device).cost(network).flash_bytes == three + 3);
    device.labels = {"class 0", "class 1", "class 2"};
    CHECK(TflmCostModel(device).cost(network).flash_bytes ==
          TflmCostModel().cost(network).flash_bytes);
    CHECK_THAT(TflmCostModel().basis(), Contains("class 0"));
    CHECK_THAT(TflmCostModel(device).basis(), !Contains("class 0"));
}

TEST_CASE("a file that is there already costs its own bytes and its own arena") {
    const Network network = CellSpace{{16, 16, 1}, 3}.build({2, 1});
    tflm::Graph graph = tflm::graph_of(tflm::operators_of(network));
    for (const TflmKernels kernels : {TflmKernels::kCmsisNn, TflmKernels::kReference}) {
        const TflmCostModel written({}, kernels);
        const TflmCostModel same({}, kernels, {graph, 12'345});
        CHECK(same.name() == written.name());
        CHECK_THAT(same.basis(), Contains("running this .tflite") && !Contains("class 0"));
        const CostReport told = same.cost(network);
        CHECK(told.ram_bytes == written.cost(network).ram_bytes);
        CHECK(bytes_of(told.flash_items, "model file") == 12'345);
        CHECK(told.macc == written.cost(network).macc);

        tflm::Graph longer = graph;
        longer.tensors.push_back({{1, 3}});
        longer.nodes.push_back({tflm::NodeKind::kSoftmax, {graph.output}, graph.tensors.size()});
        longer.output = graph.tensors.size();
        const TflmCostModel softmax({}, kernels, {longer, 12'345});
        CHECK(softmax.cost(network).ram_bytes > told.ram_bytes);
        CHECK(softmax.cost(network).flash_bytes == told.flash_bytes);
    }
}

TEST_CASE("wider networks need larger files") {
    constexpr std::uint64_t kSeed = 5;
    INFO("seed " << kSeed);
    nanonas::Rng rng(kSeed);
    for (int round = 0; round < 200; ++round) {
        const CellSpace cells{{static_cast<std::int64_t>(8 + rng.below(90)),
                               static_cast<std::int64_t>(8 + rng.below(90)), 3},
                              2};
        const Candidate candidate{static_cast<std::int64_t>(1 + rng.below(30)),
                                  static_cast<std::int64_t>(rng.below(4))};
        INFO(to_string(cells.input) << " " << to_string(candidate));
        const CostReport report = TflmCostModel().cost(cells.build(candidate));
        CHECK(report.ram_bytes > report.peak_tensor_bytes);
        CHECK(bytes_of(report.flash_items, "model file") > report.weight_bytes);
        const CostReport wider =
            TflmCostModel().cost(cells.build({candidate.at[0] + 1, candidate.at[1]}));
        CHECK(wider.flash_bytes > report.flash_bytes);
    }
}

TEST_CASE("the greedy plan pays for the gaps it leaves") {
    // Maps of 80, 64, 48 and 72 KiB in a chain. The largest is placed first, the 72 KiB map shares
    // its place, the 64 KiB map goes above; for the 48 KiB map, alive with the last two, the gap
    // between them (8 KiB) is too small: it goes on top, where the largest pair is only 144 KiB.
    Network network{{64, 64, 20}, {}};
    network.add("a", Conv2d{16, 1}).add("b", Conv2d{12, 1}).add("c", Conv2d{18, 1});
    CHECK(TflmCostModel().cost(network).peak_tensor_bytes == (80 + 64) * 1024);
    CHECK(tflm_arena(network, TflmKernels::kCmsisNn).tensors == (80 + 64 + 48) * 1024);
}

TEST_CASE("softmax and dropout are left out") {
    Network plain{{8, 8, 1}, {}};
    plain.add("conv", Conv2d{2}).add("average", GlobalAveragePool{}).add("dense", Dense{2});
    Network full{{8, 8, 1}, {}};
    full.add("conv", Conv2d{2})
        .add("bn", BatchNorm{})
        .add("relu", Relu{})
        .add("average", GlobalAveragePool{})
        .add("dropout", Dropout{})
        .add("dense", Dense{2})
        .add("softmax", Softmax{});
    CHECK(TflmCostModel().cost(plain).ram_bytes == TflmCostModel().cost(full).ram_bytes);
    CHECK(TflmCostModel().cost(plain).flash_bytes == TflmCostModel().cost(full).flash_bytes);
}

TEST_CASE("a layer that cannot be folded is refused by name") {
    const TflmCostModel model;
    Network norm{{8, 8, 1}, {}};
    norm.add("norm", BatchNorm{});
    CHECK_THROWS_AS(model.cost(norm), NetworkError);
    CHECK_THROWS_WITH(model.cost(norm), Contains("'norm'"));
    Network relu{{8, 8, 1}, {}};
    relu.add("pool", MaxPool2d{}).add("relu", Relu{});
    CHECK_THROWS_WITH(model.cost(relu), Contains("'relu'"));
    CHECK_THROWS_AS(model.cost(Network{{8, 8, 1}, {}}), NetworkError);
    Network softmax{{1, 1, 4}, {}};
    softmax.add("softmax", Softmax{}).add("dense", Dense{2});
    CHECK_THROWS_WITH(model.cost(softmax), Contains("'softmax'"));
}
