// One network on the batch-in-lanes kernels: loss and gradients of a batch, and inference. Knows
// nothing of LibTorch: parameters and running statistics are flat buffers of the caller, laid out
// by the plan.
//
// The work goes step by step over groups of sixteen images, since batch norm needs the whole
// batch. Each group is computed the same way whichever thread takes it and sums over groups have a
// fixed order: results do not depend on the number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include "space/preprocess.hpp"
#include "train/engine/engine.hpp"
#include "train/engine/fast/aligned_floats.hpp"
#include "train/engine/fast/kernels/batch_norm.hpp"
#include "train/engine/fast/kernels/feed.hpp"
#include "train/engine/fast/network_plan.hpp"
#include "train/engine/fast/thread_team.hpp"

namespace nanonas::train::lanes {

class LanesNetwork {
  public:
    LanesNetwork(NetworkPlan plan, const space::Preprocess& preprocess, int threads);

    const NetworkPlan& plan() const { return plan_; }

    /// Mean loss of the batch. Fills gradients() and moves the running statistics. `mask`: dropout
    /// factors [size][features], or null.
    double gradients(const Batch& batch, const float* mask, double label_smoothing,
                     const float* parameters, float* running);

    /// The gradient of the last batch, laid out as the parameters.
    const float* gradient() const { return gradient_.data(); }

    /// Logits [size][classes] with running statistics.
    void logits(const space::ImageView& images, const std::int64_t* indices, std::int64_t size,
                const float* parameters, const float* running, float* out);

  private:
    /// What one block of one group keeps to itself.
    struct BlockMaps {
        AlignedFloats z;     ///< convolution's output; becomes its own gradient
        AlignedFloats pre;   ///< what the 2x2 maximum picked of z (pooled blocks)
        AlignedFloats sums;  ///< [channels][2][16]: forward of z, backward of dy
    };
    struct Group {
        std::vector<AlignedFloats> maps;  ///< as NetworkPlan::maps
        std::vector<BlockMaps> blocks;
        AlignedFloats totals;    ///< [features][3][16]
        AlignedFloats features;  ///< [features][16]
        AlignedFloats features_gradient;
        AlignedFloats logits, logits_gradient;  ///< [classes][16]
        AlignedFloats products;                 ///< [classes * features][16]
        AlignedFloats weight_gradient;          ///< flat, the decayed parameters and the dense bias
        double loss = 0.0;
    };
    struct ThreadScratch {
        FeedScratch feed;                   ///< of the network's input
        AlignedFloats sums;                 ///< weight gradient, per lane
        AlignedFloats band;                 ///< dz of a band of rows
        std::vector<AlignedFloats> planes;  ///< per block: dz of some channels
        AlignedFloats taps;                 ///< gradients of the taps that meet a pixel
    };
    /// Numbers per channel of one block.
    struct BlockNumbers {
        std::vector<ChannelStatistics> statistics;
        std::vector<GradientCoefficients> coefficients;
        std::vector<float> scale, shift;  ///< of the affine map of z
        std::vector<float> init;          ///< what the convolution starts from
        std::vector<float> packed, packed_backward;
    };

    void reserve(Index groups);
    void pack(const float* parameters);
    Index live(Index group, std::int64_t size) const;

    void feed_group(Group& group, const Batch& batch, Index number, Index thread);
    /// `feeds`: the first step, which finds no input yet.
    void forward_block(std::size_t block, bool feeds, const Batch& batch, const float* parameters,
                       float* running);
    void forward_maps(const MapStep& step, Group& group) const;
    void normalize_channels(std::size_t block, Index first, Index last, std::int64_t size,
                            const float* parameters, float* running);
    void activate_group(std::size_t block, Group& group, Index first, Index last) const;
    void average_group(Group& group) const;
    void classify_group(Group& group, const Batch& batch, Index number, const float* mask,
                        double label_smoothing, const float* parameters);
    void backward_average(Group& group);
    void backward_block(std::size_t block, std::int64_t size, const float* parameters);
    void backward_maps(const MapStep& step, Group& group);
    // As BackwardOrder says:
    void backward_whole(std::size_t block, Group& group, Index live, Index thread);
    void backward_rows(std::size_t block, Group& group, Index live, Index thread);
    void backward_channels(std::size_t block, Group& group, Index live, Index thread);
    ConvolutionEpilogue gradient_epilogue(const Read& read, Group& group) const;
    /// The part that the gradient of what a step wrote is of what it read.
    void give(const Read& read, std::size_t written, Group& group);
    /// Once the last part is given: what batch norm asks of the gradient of a block's output.
    void finish_gradient(const Read& read, Group& group);
    void weight_gradient_group(std::size_t block, Group& group, Index live, Index thread);
    void gradient_rows(std::size_t block, Group& group, Index channel, Index y0, Index y1,
                       float* dz, Index dz_row) const;
    void add_groups(Index groups);

    float* map_of(std::size_t value, Group& group) const;
    float* gradient_of(std::size_t value, Group& group) const;
    const float* pre_of(std::size_t block, const Group& group) const;
    bool is_trained(const Read& read) const { return plan_.values[read.value].trained; }
    /// The block has another one before it.
    bool gives_gradient(std::size_t block) const { return is_trained(plan_.blocks[block].input); }
    bool averages(std::size_t block) const {
        return plan_.fused_average && block + 1 == plan_.blocks.size();
    }

    void fold(const float* parameters, const float* running);
    void infer_block(std::size_t block, Group& group) const;
    void infer_group(Group& group) const;

    NetworkPlan plan_;
    space::Preprocess preprocess_;
    ThreadTeam team_;
    std::vector<Group> groups_;
    std::vector<ThreadScratch> scratch_;
    std::vector<BlockNumbers> numbers_;
    std::vector<float> identity_;  ///< ones, then zeros: the affine map of folded blocks
    AlignedFloats gradient_;
};

}  // namespace nanonas::train::lanes
