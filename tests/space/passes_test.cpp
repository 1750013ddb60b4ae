#include "space/passes/passes.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"

using namespace nanonas;
using namespace nanonas::space;

namespace {

std::vector<std::string> names(const Network& network) {
    std::vector<std::string> all;
    for (const Node& node : network.nodes) {
        all.push_back(node.name);
    }
    return all;
}

Activation activation_of(const Network& network, std::size_t node) {
    return std::get<Conv2d>(network.nodes[node].op).activation;
}

}  // namespace

TEST_CASE("a lowered chain is what a device runs") {
    Network network{{8, 8, 1}, {}};
    network.add("conv", Conv2d{2})
        .add("bn", BatchNorm{})
        .add("drop", Dropout{})
        .add("relu", Relu{})
        .add("pool", MaxPool2d{})
        .add("plain", Conv2d{3})
        .add("average", GlobalAveragePool{})
        .add("dense", Dense{2})
        .add("softmax", Softmax{});
    lower(network);
    CHECK(names(network) == std::vector<std::string>{"conv", "pool", "plain", "average", "dense"});
    CHECK(activation_of(network, 0) == Activation::kRelu);
    CHECK(network.nodes[0].end == "relu");
    CHECK(activation_of(network, 2) == Activation::kNone);
    CHECK(network.nodes[2].end.empty());
    CHECK(std::get<Conv2d>(network.nodes[0].op).bias);
    CHECK(std::get<Conv2d>(network.nodes[2].op).bias);
    CHECK_NOTHROW(require_chain(network));
    const Network once = network;
    lower(network);
    CHECK(network == once);
}

TEST_CASE("weights and bias take the batch norm in; a missing bias is zero") {
    Network network{{1, 1, 1}, {}};
    network.add("conv", Conv2d{2, 1}).add("bn", BatchNorm{0.0, 0.1}).add("plain", Conv2d{1, 1});
    Weights weights;
    weights["conv.weight"] = {{2, 1, 1, 1}, {3.0F, 5.0F}};
    weights["bn.weight"] = {{2}, {2.0F, 1.0F}};
    weights["bn.bias"] = {{2}, {0.5F, 0.0F}};
    weights["bn.running_mean"] = {{2}, {1.0F, 0.0F}};
    weights["bn.running_var"] = {{2}, {4.0F, 1.0F}};
    weights["plain.weight"] = {{1, 2, 1, 1}, {1.0F, 1.0F}};
    lower(network, &weights);
    CHECK(weights.size() == 4);
    CHECK(weights.at("conv.weight").values == std::vector<float>{3.0F, 5.0F});
    CHECK(weights.at("conv.bias").values == std::vector<float>{-0.5F, 0.0F});
    CHECK(weights.at("plain.bias").values == std::vector<float>{0.0F});
    CHECK_NOTHROW(check_weights(network, weights));
}

TEST_CASE("what somebody else reads, too, is not folded") {
    Network network{{4, 4, 1}, {}};
    const Value conv = network.add("conv", Conv2d{2}, {0});
    const Value norm = network.add("bn", BatchNorm{}, {conv});
    network.add("relu", Relu{}, {norm});
    network.add("other", MaxPool2d{}, {conv});
    lower(network);
    CHECK(names(network) == std::vector<std::string>{"conv", "bn", "relu", "other"});
    CHECK_THROWS_WITH(require_chain(network), Catch::Contains("'other'"));
}

TEST_CASE("a softmax stays that is not the last") {
    Network network{{1, 1, 4}, {}};
    network.add("dense", Dense{2}).add("softmax", Softmax{}).add("again", Dense{2});
    lower(network);
    CHECK(names(network) == std::vector<std::string>{"dense", "softmax", "again"});
}

TEST_CASE("nodes are refused that read values which are not there, or too many") {
    Network network{{4, 4, 1}, {}};
    CHECK_THROWS_AS(network.add("conv", Conv2d{2}, {1}), NetworkError);
    CHECK_THROWS_AS(network.add("conv", Conv2d{2}, {0, 0}), NetworkError);
    CHECK(network.nodes.empty());
}
