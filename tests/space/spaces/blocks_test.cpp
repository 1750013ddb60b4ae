#include "space/spaces/blocks.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/random.hpp"

using namespace nanonas;
using namespace nanonas::space;

namespace {

const BlockSpace kSpace{{32, 32, 3}, 10};

Network build(const std::string& values) {
    return kSpace.build(parse_candidate(values, kSpace.axes()));
}

std::vector<std::string> names(const Network& network) {
    std::vector<std::string> all;
    for (const Node& node : network.nodes) {
        all.push_back(node.name);
    }
    return all;
}

std::int64_t count(const Network& network, const std::string& end) {
    const std::vector<std::string> all = names(network);
    return std::count_if(all.begin(), all.end(), [&](const std::string& name) {
        return name.size() >= end.size() &&
               name.compare(name.size() - end.size(), end.size(), end) == 0;
    });
}

}  // namespace

TEST_CASE("blocks: a network of separable blocks, counted by hand") {
    const Network network = build(
        "100,stride,16,stride,3,1,no,3,separable,32,2,separable,64,4,separable,128,4,conv,8,1");
    // Stem 16x16x16, stages on maps of 16, 8 and 4; depthwise and pointwise of each block.
    const std::int64_t stem = 16 * 16 * 16 * 27;
    const std::int64_t first = 256 * (16 * 9 + 16 * 32) + 256 * (32 * 9 + 32 * 32);
    const std::int64_t second = 64 * (32 * 9 + 32 * 64) + 3 * 64 * (64 * 9 + 64 * 64);
    const std::int64_t third = 16 * (64 * 9 + 64 * 128) + 3 * 16 * (128 * 9 + 128 * 128);
    CHECK(macc(network) == stem + first + second + third + 1280);
    CHECK(network.output() == Shape{1, 1, 10});
}

TEST_CASE("blocks: inverted residuals expand, add where shapes meet, and end without ReLU") {
    const Network network =
        build("100,stride,12,stride,5,2,yes,2,inverted,12,2,inverted,24,2,conv,8,1,conv,8,1");
    CHECK(names(network) ==
          std::vector<std::string>{
              "stem.conv", "stem.bn", "stem.relu",
              // the same width and side as what it reads
              "stage1.block1.expand.conv", "stage1.block1.expand.bn", "stage1.block1.expand.relu",
              "stage1.block1.depthwise.conv", "stage1.block1.depthwise.bn",
              "stage1.block1.depthwise.relu", "stage1.block1.conv", "stage1.block1.bn",
              "stage1.block1.add", "stage1.block2.expand.conv", "stage1.block2.expand.bn",
              "stage1.block2.expand.relu", "stage1.block2.depthwise.conv",
              "stage1.block2.depthwise.bn", "stage1.block2.depthwise.relu", "stage1.block2.conv",
              "stage1.block2.bn", "stage1.block2.add",
              // halves the map: nothing to add
              "stage2.block1.expand.conv", "stage2.block1.expand.bn", "stage2.block1.expand.relu",
              "stage2.block1.depthwise.conv", "stage2.block1.depthwise.bn",
              "stage2.block1.depthwise.relu", "stage2.block1.conv", "stage2.block1.bn",
              "stage2.block2.expand.conv", "stage2.block2.expand.bn", "stage2.block2.expand.relu",
              "stage2.block2.depthwise.conv", "stage2.block2.depthwise.bn",
              "stage2.block2.depthwise.relu", "stage2.block2.conv", "stage2.block2.bn",
              "stage2.block2.add", "average", "dropout", "classifier", "softmax"});
    CHECK(network.nodes[11].inputs == std::vector<Value>{3, 11});
    const auto side = std::get<DepthwiseConv2d>(network.nodes[6].op).window();
    CHECK(side == Window{5, 5, 1, 1, Padding::kSame});
}

TEST_CASE("blocks: pools in place of strides, a smaller input, and no expansion of one") {
    const Network network =
        build("50,pool,8,pool,3,1,no,3,conv,16,1,inverted,16,1,separable,24,1,conv,8,1");
    CHECK(network.input == Shape{16, 16, 3});
    CHECK(count(network, "pool") == 3);
    CHECK(count(network, "expand.conv") == 0);
    for (const Node& node : network.nodes) {
        if (const auto* conv = std::get_if<Conv2d>(&node.op)) {
            CHECK(conv->stride == 1);
        }
        if (node.name == "average") {
            CHECK(node.input == Shape{2, 2, 24});
        }
    }
}

TEST_CASE("blocks: stages beyond the last say nothing") {
    const std::string front = "100,stride,8,stride,3,1,no,2,conv,8,1,conv,16,1,";
    CHECK(build(front + "conv,8,1,conv,8,1") == build(front + "inverted,160,4,separable,80,2"));
}

TEST_CASE("blocks: anchors are networks at every side, the first NanoNAS's cells") {
    for (const std::int64_t side : {8, 20, 28, 32, 50, 96, 224}) {
        INFO("side " << side);
        const BlockSpace space{{side, side + 3, 3}, 10};
        const auto axes = space.axes();
        const std::vector<Anchor> anchors = space.anchors();
        CHECK(anchors.size() == (side >= 40 ? 10 : 5));
        for (const Anchor& anchor : anchors) {
            INFO(to_string(anchor.smallest, axes));
            CHECK(macc(space.build(anchor.smallest)) < macc(space.build(anchor.largest)));
        }
    }
    // (4,4) is 4, 8, 12, 15, 17 kernels.
    CHECK(to_string(kSpace.anchors().front().smallest, kSpace.axes()) ==
          "(100,pool,4,pool,3,1,no,4,conv,8,1,conv,12,1,conv,16,1,conv,16,1)");
}

TEST_CASE("blocks: what is no network is refused with the reason") {
    const auto axes = kSpace.axes();
    CHECK_THROWS_WITH(kSpace.build({1, 2}), Catch::Contains("expected resolution,stem,"));
    Candidate odd = lowest(axes);
    odd.at[2] = 5;
    CHECK_THROWS_WITH(kSpace.build(odd), Catch::Contains("stem_width"));
    const BlockSpace tiny{{4, 4, 1}, 2};
    Candidate deep = lowest(axes);
    deep.at[7] = 4;
    CHECK_THROWS_AS(tiny.build(deep), NetworkError);
}

TEST_CASE("blocks: every point on the axes of an image that is large enough is a network") {
    const BlockSpace large{{80, 96, 3}, 10};
    const auto axes = large.axes();
    Rng rng(11);
    for (int i = 0; i < 500; ++i) {
        const Candidate candidate = sample(axes, rng);
        INFO(to_string(candidate, axes));
        const Network network = large.build(candidate);
        CHECK(network.output() == Shape{1, 1, 10});
        CHECK(large.build(candidate) == network);
    }
}
