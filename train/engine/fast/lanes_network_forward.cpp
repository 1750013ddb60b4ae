#include <algorithm>

#include "train/engine/fast/kernels/activation.hpp"
#include "train/engine/fast/lanes_network.hpp"

namespace nanonas::train::lanes {

namespace {

/// Outputs of the convolution that are normalized while a core's second-level cache still has them.
constexpr Index kPanelFloats = 131072;

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

}  // namespace

void LanesNetwork::forward_block(std::size_t b, bool feeds, const Batch& batch,
                                 const float* parameters, float* running) {
    const BlockPlan& block = plan_.blocks[b];
    BlockNumbers& numbers = numbers_[b];
    const Index groups = (static_cast<Index>(batch.size) + kLanes - 1) / kLanes;
    for (Index c = 0; c < block.z.channels; ++c) {
        // Starting from minus the expected mean keeps the sum of squares from cancelling.
        numbers.init[at(c)] =
            -running[block.running_mean + c] + (block.bias < 0 ? 0.0F : parameters[block.bias + c]);
    }
    // A lone group is normalized a few channels at a time, while they are in the cache.
    const std::vector<Index>& widths = blocks_of(block.forward);
    const Index blocks = static_cast<Index>(widths.size());
    Index channel = 0;
    for (Index first = 0; first < blocks;) {
        Index last = first;
        Index end = channel;
        do {
            end += widths[at(last++)];
        } while (
            last < blocks &&
            (groups > 1 || (end - channel + widths[at(last)]) * block.z.plane() <= kPanelFloats));
        team_.run(groups, [&](Index number, Index thread) {
            Group& group = groups_[at(number)];
            if (feeds && first == 0) {
                feed_group(group, batch, number, thread);
            }
            ConvolutionEpilogue epilogue;
            epilogue.sums = group.blocks[b].sums.data();
            std::visit(
                [&](const auto& plan) {
                    convolve(plan, first, last, numbers.packed.data(), numbers.init.data(),
                             map_of(block.input.value, group), group.blocks[b].z.data(), epilogue);
                },
                block.forward);
        });
        normalize_channels(b, channel, end, batch.size, parameters, running);
        team_.run(groups, [&](Index number, Index) {
            activate_group(b, groups_[at(number)], channel, end);
        });
        first = last;
        channel = end;
    }
}

void LanesNetwork::normalize_channels(std::size_t b, Index first, Index last, std::int64_t size,
                                      const float* parameters, float* running) {
    const BlockPlan& block = plan_.blocks[b];
    BlockNumbers& numbers = numbers_[b];
    const auto pixels = static_cast<double>(size * block.z.height * block.z.width);
    const Index groups = (static_cast<Index>(size) + kLanes - 1) / kLanes;
    std::vector<const float*> sums(at(groups));
    for (Index c = first; c < last; ++c) {
        for (Index g = 0; g < groups; ++g) {
            sums[at(g)] = groups_[at(g)].blocks[b].sums.data() + c * 2 * kLanes;
        }
        const ChannelStatistics statistics =
            channel_statistics({sums.data(), static_cast<Index>(size)}, pixels, block.epsilon);
        numbers.statistics[at(c)] = statistics;
        const double scale = static_cast<double>(parameters[block.gamma + c]) * statistics.inverse;
        numbers.scale[at(c)] = static_cast<float>(scale);
        numbers.shift[at(c)] = static_cast<float>(static_cast<double>(parameters[block.beta + c]) -
                                                  scale * statistics.mean);
        // One value has no variance; the running statistics stay as they are.
        if (pixels > 1.0) {
            float& mean = running[block.running_mean + c];
            float& variance = running[block.running_var + c];
            const double unbiased = statistics.variance * pixels / (pixels - 1.0);
            // z is less the old running mean, so its mean is the step towards the batch's.
            mean = static_cast<float>(static_cast<double>(mean) + block.momentum * statistics.mean);
            variance = static_cast<float>((1.0 - block.momentum) * static_cast<double>(variance) +
                                          block.momentum * unbiased);
        }
    }
}

void LanesNetwork::activate_group(std::size_t b, Group& group, Index first, Index last) const {
    const BlockPlan& block = plan_.blocks[b];
    const float* scale = numbers_[b].scale.data();
    const float* shift = numbers_[b].shift.data();
    BlockMaps& maps = group.blocks[b];
    if (averages(b)) {
        activate_average(block.z, block.relu, first, last, maps.z.data(), scale, shift,
                         group.totals.data());
        return;
    }
    float* const out = map_of(block.output, group);
    if (block.pool) {
        activate_pool(block.z, block.out, block.relu, first, last, maps.z.data(), scale, shift,
                      maps.pre.data(), out);
    } else if (block.skip) {
        activate_sum(block.z, block.relu, first, last, maps.z.data(), scale, shift,
                     map_of(block.skip->value, group), out);
    } else {
        activate(block.z, block.relu, first, last, maps.z.data(), scale, shift, out);
    }
}

}  // namespace nanonas::train::lanes
