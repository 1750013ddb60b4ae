#include "train/engine/fast/lanes_network.hpp"

#include <algorithm>

#include "train/engine/fast/kernels/feed.hpp"

namespace nanonas::train::lanes {

namespace {

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

}  // namespace

LanesNetwork::LanesNetwork(NetworkPlan plan, const space::Preprocess& preprocess, int threads)
    : plan_(std::move(plan)),
      preprocess_(preprocess),
      team_(std::max(1, threads)),
      numbers_(plan_.blocks.size()),
      gradient_(plan_.trainable) {
    Index widest = plan_.dense.features;
    Index sums = 0;
    Index taps = 0;
    Index band = 0;
    for (std::size_t b = 0; b < plan_.blocks.size(); ++b) {
        const BlockPlan& block = plan_.blocks[b];
        const std::size_t channels = at(block.z.channels);
        BlockNumbers& numbers = numbers_[b];
        numbers.statistics.resize(channels);
        numbers.coefficients.resize(channels);
        numbers.scale.resize(channels);
        numbers.shift.resize(channels);
        numbers.init.resize(channels);
        numbers.packed.resize(at(packed_size(block.forward)));
        numbers.packed_backward.resize(at(packed_size(block.backward)));
        widest = std::max(widest, block.z.channels);
        sums = std::max(sums, block.weight_gradient.sums_size());
        taps = std::max(taps, block.weight_gradient.sums_size() / kLanes);
        if (block.order == BackwardOrder::kRows) {
            band = std::max(band, block.part_of_dz.size());
        } else if (!gives_gradient(b)) {
            band = std::max(band, block.weight_gradient.most_out() *
                                      block.weight_gradient.band_rows * block.z.width * kLanes);
        }
    }
    identity_.resize(at(2 * widest));
    std::fill_n(identity_.begin(), widest, 1.0F);
    for (Index thread = 0; thread < team_.size(); ++thread) {
        ThreadScratch scratch{FeedScratch(plan_.values.front().shape),
                              AlignedFloats(sums),
                              AlignedFloats(band),
                              {},
                              AlignedFloats(taps)};
        for (const BlockPlan& block : plan_.blocks) {
            // Each of its own border, which stays zero.
            const bool has_planes = block.order == BackwardOrder::kChannels;
            scratch.planes.emplace_back(has_planes ? block.part_of_dz.size() : 0);
        }
        scratch_.push_back(std::move(scratch));
    }
}

void LanesNetwork::reserve(Index groups) {
    const DenseShape& dense = plan_.dense;
    while (static_cast<Index>(groups_.size()) < groups) {
        Group group;
        for (const MapShape& shape : plan_.maps) {
            group.maps.emplace_back(shape.size());
        }
        for (const BlockPlan& block : plan_.blocks) {
            BlockMaps maps;
            maps.z = AlignedFloats(block.z.size());
            maps.sums = AlignedFloats(block.z.channels * 2 * kLanes);
            if (block.pool) {
                maps.pre = AlignedFloats(block.out.size());
            }
            group.blocks.push_back(std::move(maps));
        }
        group.totals = AlignedFloats(dense.features * 3 * kLanes);
        group.features = AlignedFloats(dense.features * kLanes);
        group.features_gradient = AlignedFloats(dense.features * kLanes);
        group.logits = AlignedFloats(dense.classes * kLanes);
        group.logits_gradient = AlignedFloats(dense.classes * kLanes);
        group.products = AlignedFloats(dense.classes * dense.features * kLanes);
        group.weight_gradient = AlignedFloats(plan_.decayed + dense.classes);
        groups_.push_back(std::move(group));
    }
}

Index LanesNetwork::live(Index group, std::int64_t size) const {
    return std::min(kLanes, static_cast<Index>(size) - group * kLanes);
}

float* LanesNetwork::map_of(std::size_t value, Group& group) const {
    return group.maps[*plan_.values[value].map].data();
}

float* LanesNetwork::gradient_of(std::size_t value, Group& group) const {
    return group.maps[*plan_.values[value].gradient].data();
}

/// What batch norm's affine map read of each pixel of a block's output.
const float* LanesNetwork::pre_of(std::size_t block, const Group& group) const {
    const BlockMaps& maps = group.blocks[block];
    return plan_.blocks[block].pool ? maps.pre.data() : maps.z.data();
}

double LanesNetwork::gradients(const Batch& batch, const float* mask, double label_smoothing,
                               const float* parameters, float* running) {
    const Index groups = (static_cast<Index>(batch.size) + kLanes - 1) / kLanes;
    reserve(groups);
    pack(parameters);
    for (const Step& step : plan_.steps) {
        const bool feeds = &step == &plan_.steps.front();
        if (const auto* block = std::get_if<BlockStep>(&step)) {
            forward_block(block->block, feeds, batch, parameters, running);
            continue;
        }
        team_.run(groups, [&](Index number, Index thread) {
            if (feeds) {
                feed_group(groups_[at(number)], batch, number, thread);
            }
            forward_maps(std::get<MapStep>(step), groups_[at(number)]);
        });
    }
    team_.run(groups, [&](Index number, Index) {
        Group& group = groups_[at(number)];
        average_group(group);
        classify_group(group, batch, number, mask, label_smoothing, parameters);
        backward_average(group);
    });
    for (auto step = plan_.steps.rbegin(); step != plan_.steps.rend(); ++step) {
        if (const auto* block = std::get_if<BlockStep>(&*step)) {
            backward_block(block->block, batch.size, parameters);
            continue;
        }
        team_.run(groups, [&](Index number, Index) {
            backward_maps(std::get<MapStep>(*step), groups_[at(number)]);
        });
    }
    add_groups(groups);
    double loss = 0.0;
    for (Index number = 0; number < groups; ++number) {
        loss += groups_[at(number)].loss;
    }
    return loss / static_cast<double>(batch.size);
}

/// Weights of all blocks, forward and backward.
void LanesNetwork::pack(const float* parameters) {
    team_.run(2 * static_cast<Index>(plan_.blocks.size()), [&](Index item, Index) {
        const std::size_t b = at(item / 2);
        const BlockPlan& block = plan_.blocks[b];
        if (item % 2 == 0) {
            std::visit(
                [&](const auto& plan) {
                    pack_forward(plan, parameters + block.weight, nullptr,
                                 numbers_[b].packed.data());
                },
                block.forward);
        } else if (gives_gradient(b)) {
            std::visit(
                [&](const auto& plan) {
                    pack_backward(plan, parameters + block.weight,
                                  numbers_[b].packed_backward.data());
                },
                block.backward);
        }
    });
}

void LanesNetwork::feed_group(Group& group, const Batch& batch, Index number, Index thread) {
    FeedGroup images;
    for (Index lane = 0; lane < kLanes; ++lane) {
        const Index image = std::min(number * kLanes + lane, static_cast<Index>(batch.size) - 1);
        images.images[lane] = batch.images.image(batch.indices[image]);
        images.draws[lane] = batch.augment == nullptr ? nullptr : batch.augment + image;
    }
    feed(plan_.values.front().shape, images, preprocess_.mean, preprocess_.scale,
         scratch_[at(thread)].feed, map_of(0, group));
}

void LanesNetwork::classify_group(Group& group, const Batch& batch, Index number, const float* mask,
                                  double label_smoothing, const float* parameters) {
    const MapShape& map = plan_.values[plan_.average.value].shape;
    const DenseShape& dense_shape = plan_.dense;
    const Index count = live(number, batch.size);
    const float mean = 1.0F / static_cast<float>(map.height * map.width);
    std::int32_t labels[kLanes] = {};
    for (Index lane = 0; lane < count; ++lane) {
        labels[lane] = batch.images.labels[batch.indices[number * kLanes + lane]];
    }
    // What a feature's sum over the map is multiplied by, forward and backward.
    const auto factor = [&](Index c, Index lane) {
        return mask == nullptr || lane >= count
                   ? mean
                   : mean * mask[(number * kLanes + lane) * dense_shape.features + c];
    };
    const float* totals = group.totals.data();
    for (Index c = 0; c < dense_shape.features; ++c) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            group.features.data()[c * kLanes + lane] =
                totals[c * 3 * kLanes + lane] * factor(c, lane);
        }
    }
    dense(dense_shape, parameters + plan_.dense_weight, parameters + plan_.dense_bias,
          group.features.data(), group.logits.data());
    group.loss = cross_entropy(dense_shape.classes, count, labels, label_smoothing,
                               static_cast<double>(batch.size), group.logits.data(),
                               group.logits_gradient.data());
    dense_gradient(dense_shape, count, parameters + plan_.dense_weight, group.features.data(),
                   group.logits_gradient.data(), group.products.data(),
                   group.weight_gradient.data() + plan_.dense_weight,
                   group.weight_gradient.data() + plan_.decayed, group.features_gradient.data());
    for (Index c = 0; c < dense_shape.features; ++c) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            group.features_gradient.data()[c * kLanes + lane] *= factor(c, lane);
        }
    }
}

}  // namespace nanonas::train::lanes
