// Where searches of blocks begin: kinds of networks that have done well on small images.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "space/spaces/blocks.hpp"

namespace nanonas::space {
namespace {

// Values of the axes of choices.
constexpr std::int64_t kStride = 0, kPool = 1;
constexpr std::int64_t kConv = 0, kSeparable = 1, kInverted = 2;

/// From one size to another.
struct Way {
    std::int64_t from, to;
};

struct Stage {
    std::int64_t block;
    Way width, depth;
};

struct Kind {
    std::int64_t stem;
    Way stem_width;
    std::int64_t down, expansion, residual;
    std::int64_t least_side;  ///< of the last stage's map
    Stage stage[BlockSpace::kStages];
};

// Widths rise as maps shrink, so that no stage has most of the work.
const Kind kKinds[] = {
    // k, 2k, 3k, 3.75k, ... kernels, as NanoNAS has them.
    {kPool,
     {4, 24},
     kPool,
     1,
     0,
     1,
     {{kConv, {8, 48}, {1, 1}},
      {kConv, {12, 72}, {1, 1}},
      {kConv, {16, 92}, {1, 1}},
      {kConv, {16, 104}, {1, 1}}}},
    // The same while maps are large; where channels are many, separable blocks are cheaper.
    {kPool,
     {4, 16},
     kPool,
     1,
     0,
     3,
     {{kConv, {8, 48}, {1, 1}},
      {kConv, {16, 80}, {1, 2}},
      {kSeparable, {24, 160}, {1, 4}},
      {kSeparable, {32, 160}, {1, 4}}}},
    // MobileNet
    {kStride,
     {8, 24},
     kStride,
     1,
     1,
     3,
     {{kSeparable, {8, 64}, {1, 3}},
      {kSeparable, {16, 112}, {1, 4}},
      {kSeparable, {24, 160}, {1, 4}},
      {kSeparable, {32, 160}, {1, 4}}}},
    // MobileNetV2
    {kStride,
     {8, 24},
     kStride,
     2,
     1,
     3,
     {{kInverted, {8, 40}, {1, 3}},
      {kInverted, {12, 64}, {1, 4}},
      {kInverted, {16, 96}, {1, 4}},
      {kInverted, {24, 160}, {1, 4}}}},
    // ResNet, without its second convolution in the first stage
    {kStride,
     {8, 24},
     kStride,
     1,
     1,
     3,
     {{kConv, {8, 48}, {1, 2}},
      {kConv, {12, 72}, {1, 3}},
      {kConv, {16, 96}, {1, 3}},
      {kConv, {24, 128}, {1, 3}}}},
};

// Per cent of the input's sides, and the least side after that.
constexpr std::int64_t kResolutions[] = {100, 60};
constexpr std::int64_t kSmallestReduced = 24;

/// So many that the last one's map, each half of the one before, has the side it needs.
std::int64_t stages_of(const Kind& kind, std::int64_t side) {
    std::int64_t stages = 2;
    while (stages < BlockSpace::kStages && side >> (stages + 1) >= kind.least_side) {
        ++stages;
    }
    return stages;
}

Candidate candidate_of(const Kind& kind, std::int64_t resolution, std::int64_t stages,
                       std::int64_t Way::*end) {
    Candidate candidate{resolution, kind.stem,      kind.stem_width.*end, kind.down,
                        3,          kind.expansion, kind.residual,        stages};
    for (std::int64_t i = 0; i < BlockSpace::kStages; ++i) {
        const Stage& stage = kind.stage[i];
        // The axes of stages that are not there do not rise.
        const auto its = i < stages ? end : &Way::from;
        candidate.at.insert(candidate.at.end(), {stage.block, stage.width.*its, stage.depth.*its});
    }
    return candidate;
}

}  // namespace

std::vector<Anchor> BlockSpace::anchors() const {
    std::vector<Anchor> anchors;
    for (const std::int64_t resolution : kResolutions) {
        const std::int64_t side = std::min(input.height, input.width) * resolution / 100;
        if (resolution < 100 && side < kSmallestReduced) {
            continue;
        }
        for (const Kind& kind : kKinds) {
            const std::int64_t stages = stages_of(kind, side);
            anchors.push_back({candidate_of(kind, resolution, stages, &Way::from),
                               candidate_of(kind, resolution, stages, &Way::to)});
        }
    }
    return anchors;
}

}  // namespace nanonas::space
