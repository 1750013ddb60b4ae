// The block space: a stem, then up to four stages of convolutions, depthwise-separable blocks or
// inverted residuals (Sandler et al. 2018, MobileNetV2), each stage on a map of half the side.
#pragma once

#include "space/search_space.hpp"

namespace nanonas::space {

/// Axes, in order:
///   resolution  side of the input in per cent of the problem's
///   stem        a 3x3 convolution: of stride 2, or of stride 1 with a 2x2 max pool behind it
///   stem_width  its channels
///   down        how a stage after the first halves the map: by stride in its first block, or by a
///               2x2 max pool before it
///   kernel      side of depthwise convolutions
///   expansion   channels inside an inverted residual, in multiples of what it reads
///   residual    whether a block's input is added to its output where their shapes meet
///   stages      how many; the axes of further ones say nothing
///   block1, width1, depth1, ... of each stage: what kind, channels, blocks
class BlockSpace : public SearchSpace {
  public:
    BlockSpace(const Shape& its_input, std::int64_t its_classes)
        : input(its_input), classes(its_classes) {}

    std::string name() const override { return "blocks"; }
    std::vector<Axis> axes() const override;
    /// stem, stages, global average, dropout, classifier, softmax. Throws NetworkError for values
    /// off the axes, and when the map is too small for so many stages.
    Network build(const Candidate& candidate) const override;
    /// Plain convolutions with pools (NanoNAS's cells), the same with separable blocks behind,
    /// separable blocks (Howard et al. 2017, MobileNet), inverted residuals (MobileNetV2), residual
    /// convolutions (He et al. 2016, ResNet); of large inputs at a smaller resolution, too.
    std::vector<Anchor> anchors() const override;

    static constexpr std::int64_t kStages = 4;  ///< at most

    Shape input;
    std::int64_t classes;
};

}  // namespace nanonas::space
