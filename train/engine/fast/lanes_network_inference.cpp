#include <cmath>

#include "train/engine/fast/kernels/activation.hpp"
#include "train/engine/fast/lanes_network.hpp"

namespace nanonas::train::lanes {

void LanesNetwork::logits(const space::ImageView& images, const std::int64_t* indices,
                          std::int64_t size, const float* parameters, const float* running,
                          float* out) {
    const Index groups = (static_cast<Index>(size) + kLanes - 1) / kLanes;
    const Index classes = plan_.dense.classes;
    reserve(team_.size());
    fold(parameters, running);
    Batch batch;
    batch.images = images;
    batch.indices = indices;
    batch.size = size;
    // A thread needs the maps of one group only.
    team_.run(groups, [&](Index number, Index thread) {
        Group& group = groups_[static_cast<std::size_t>(thread)];
        feed_group(group, batch, number, thread);
        infer_group(group);
        dense(plan_.dense, parameters + plan_.dense_weight, parameters + plan_.dense_bias,
              group.features.data(), group.logits.data());
        for (Index lane = 0; lane < live(number, size); ++lane) {
            for (Index k = 0; k < classes; ++k) {
                out[(number * kLanes + lane) * classes + k] =
                    group.logits.data()[k * kLanes + lane];
            }
        }
    });
}

/// Batch norm with running statistics goes into the weights and the start of the convolution.
void LanesNetwork::fold(const float* parameters, const float* running) {
    for (std::size_t b = 0; b < plan_.blocks.size(); ++b) {
        const BlockPlan& block = plan_.blocks[b];
        BlockNumbers& numbers = numbers_[b];
        for (Index c = 0; c < block.z.channels; ++c) {
            const double scale =
                static_cast<double>(parameters[block.gamma + c]) /
                std::sqrt(static_cast<double>(running[block.running_var + c]) + block.epsilon);
            const double bias =
                block.bias < 0 ? 0.0 : static_cast<double>(parameters[block.bias + c]);
            const auto i = static_cast<std::size_t>(c);
            numbers.scale[i] = static_cast<float>(scale);
            numbers.init[i] = static_cast<float>(
                static_cast<double>(parameters[block.beta + c]) +
                scale * (bias - static_cast<double>(running[block.running_mean + c])));
        }
        std::visit(
            [&](const auto& plan) {
                pack_forward(plan, parameters + block.weight, numbers.scale.data(),
                             numbers.packed.data());
            },
            block.forward);
    }
}

void LanesNetwork::infer_block(std::size_t b, Group& group) const {
    const BlockPlan& block = plan_.blocks[b];
    BlockMaps& maps = group.blocks[b];
    const float* const one = identity_.data();
    const float* const zero = one + identity_.size() / 2;
    ConvolutionEpilogue epilogue;
    epilogue.kind = block.relu && !block.skip ? ConvolutionEpilogue::Kind::kRelu
                                              : ConvolutionEpilogue::Kind::kStore;
    const bool plain = !block.pool && !block.skip && !averages(b);
    std::visit(
        [&](const auto& plan) {
            convolve(plan, 0, static_cast<Index>(plan.blocks.size()), numbers_[b].packed.data(),
                     numbers_[b].init.data(), map_of(block.input.value, group),
                     plain ? map_of(block.output, group) : maps.z.data(), epilogue);
        },
        block.forward);
    if (averages(b)) {
        activate_average(block.z, block.relu, 0, block.z.channels, maps.z.data(), one, zero,
                         group.totals.data());
    } else if (block.pool) {
        activate_pool(block.z, block.out, block.relu, 0, block.z.channels, maps.z.data(), one, zero,
                      nullptr, map_of(block.output, group));
    } else if (block.skip) {
        activate_sum(block.z, block.relu, 0, block.z.channels, maps.z.data(), one, zero,
                     map_of(block.skip->value, group), map_of(block.output, group));
    }
}

void LanesNetwork::infer_group(Group& group) const {
    for (const Step& step : plan_.steps) {
        if (const auto* block = std::get_if<BlockStep>(&step)) {
            infer_block(block->block, group);
        } else {
            forward_maps(std::get<MapStep>(step), group);
        }
    }
    average_group(group);
    const MapShape& last = plan_.values[plan_.average.value].shape;
    const float mean = 1.0F / static_cast<float>(last.height * last.width);
    for (Index c = 0; c < last.channels; ++c) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            group.features.data()[c * kLanes + lane] =
                group.totals.data()[c * 3 * kLanes + lane] * mean;
        }
    }
}

}  // namespace nanonas::train::lanes
