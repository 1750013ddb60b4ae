#include <algorithm>

#include "train/engine/fast/kernels/activation_gradient.hpp"
#include "train/engine/fast/lanes_network.hpp"

namespace nanonas::train::lanes {

namespace {

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

}  // namespace

void LanesNetwork::backward_block(std::size_t b, std::int64_t size, const float* parameters) {
    const BlockPlan& block = plan_.blocks[b];
    BlockNumbers& numbers = numbers_[b];
    const Index groups = (static_cast<Index>(size) + kLanes - 1) / kLanes;
    const auto pixels = static_cast<double>(size * block.z.height * block.z.width);
    std::vector<const float*> sums(at(groups));
    for (Index c = 0; c < block.z.channels; ++c) {
        for (Index g = 0; g < groups; ++g) {
            sums[at(g)] = groups_[at(g)].blocks[b].sums.data() + c * 2 * kLanes;
        }
        numbers.coefficients[at(c)] = gradient_coefficients(
            {sums.data(), static_cast<Index>(size)}, numbers.statistics[at(c)],
            parameters[block.gamma + c], pixels, gradient_.data() + block.gamma + c,
            gradient_.data() + block.beta + c);
        if (block.bias >= 0) {
            gradient_.data()[block.bias + c] = 0.0F;  // batch norm takes any bias away again
        }
    }
    team_.run(groups, [&](Index number, Index thread) {
        Group& group = groups_[at(number)];
        switch (block.order) {
            case BackwardOrder::kWhole:
                backward_whole(b, group, live(number, size), thread);
                break;
            case BackwardOrder::kRows:
                backward_rows(b, group, live(number, size), thread);
                break;
            case BackwardOrder::kChannels:
                backward_channels(b, group, live(number, size), thread);
                break;
        }
        if (block.skip && block.skip->value != block.input.value) {
            give(*block.skip, block.output, group);
            finish_gradient(*block.skip, group);
        }
    });
}

void LanesNetwork::backward_whole(std::size_t b, Group& group, Index live, Index thread) {
    const BlockPlan& block = plan_.blocks[b];
    weight_gradient_group(b, group, live, thread);
    if (!gives_gradient(b)) {
        return;
    }
    if (block.skip && block.skip->value == block.input.value) {
        give(*block.skip, block.output, group);
    }
    const ConvolutionEpilogue epilogue = gradient_epilogue(block.input, group);
    std::visit(
        [&](const auto& plan) {
            convolve(plan, 0, static_cast<Index>(plan.blocks.size()),
                     numbers_[b].packed_backward.data(), nullptr, group.blocks[b].z.data(),
                     gradient_of(block.input.value, group), epilogue);
        },
        block.backward);
}

void LanesNetwork::backward_rows(std::size_t b, Group& group, Index live, Index thread) {
    const BlockPlan& block = plan_.blocks[b];
    const WeightGradientPlan& plan = block.weight_gradient;
    const auto& backward = std::get<TapConvolutionPlan>(block.backward);
    const MapShape& part = block.part_of_dz;
    const ConvolutionEpilogue epilogue = gradient_epilogue(block.input, group);
    ThreadScratch& scratch = scratch_[at(thread)];
    float* const dz = scratch.band.data();
    const float* const in = map_of(block.input.value, group);
    for (Index y0 = 0; y0 < block.z.height; y0 += part.height) {
        const Index y1 = std::min(block.z.height, y0 + part.height);
        for (Index c = 0; c < block.z.channels; ++c) {
            gradient_rows(b, group, c, y0, y1, dz + part.at(c, 0, 0), part.row());
        }
        accumulate_weight_gradient(plan, 0, dz, part.plane(), part.row(), y0, y1, in,
                                   scratch.sums.data());
        convolve(backward, {0, static_cast<Index>(backward.blocks.size()), y0, y1, 0, y0},
                 numbers_[b].packed_backward.data(), nullptr, dz,
                 gradient_of(block.input.value, group), epilogue);
    }
    add_block(plan, 0, scratch.sums.data(), live, scratch.taps.data(),
              group.weight_gradient.data() + block.weight);
}

void LanesNetwork::backward_channels(std::size_t b, Group& group, Index live, Index thread) {
    const BlockPlan& block = plan_.blocks[b];
    const WeightGradientPlan& plan = block.weight_gradient;
    const auto& backward = std::get<TapConvolutionPlan>(block.backward);
    const MapShape& part = block.part_of_dz;
    const ConvolutionEpilogue epilogue = gradient_epilogue(block.input, group);
    ThreadScratch& scratch = scratch_[at(thread)];
    float* const planes = scratch.planes[b].data();
    const float* const in = map_of(block.input.value, group);
    float* const out = group.weight_gradient.data() + block.weight;
    const Index step = part.channels / block.multiplier;
    for (Index i = 0; i < block.in.channels; i += step) {
        const Index end = std::min(block.in.channels, i + step);
        const Index first = i * block.multiplier;
        for (Index c = first; c < end * block.multiplier; ++c) {
            for (Index y0 = 0; y0 < block.z.height; y0 += plan.band_rows) {
                const Index y1 = std::min(block.z.height, y0 + plan.band_rows);
                float* const dz = planes + part.at(c - first, y0, 0);
                gradient_rows(b, group, c, y0, y1, dz, part.row());
                accumulate_weight_gradient(plan, c, dz, part.plane(), part.row(), y0, y1, in,
                                           scratch.sums.data());
            }
            add_block(plan, c, scratch.sums.data(), live, scratch.taps.data(),
                      out + c * plan.taps.area);
        }
        convolve(backward, {i, end, 0, block.in.height, first, 0},
                 numbers_[b].packed_backward.data(), nullptr, planes,
                 gradient_of(block.input.value, group), epilogue);
    }
}

ConvolutionEpilogue LanesNetwork::gradient_epilogue(const Read& read, Group& group) const {
    const std::optional<std::size_t> before = plan_.values[read.value].block;
    ConvolutionEpilogue epilogue;
    epilogue.kind = ConvolutionEpilogue::Kind::kStore;
    epilogue.add = !read.first;
    if (read.last && before) {
        const BlockPlan& block = plan_.blocks[*before];
        epilogue.kind =
            block.relu ? ConvolutionEpilogue::Kind::kMask : ConvolutionEpilogue::Kind::kGradient;
        epilogue.sums = group.blocks[*before].sums.data();
        epilogue.pre = pre_of(*before, group);
        epilogue.scale = numbers_[*before].scale.data();
        epilogue.shift = numbers_[*before].shift.data();
        epilogue.skip = block.skip ? map_of(block.skip->value, group) : nullptr;
    }
    return epilogue;
}

void LanesNetwork::weight_gradient_group(std::size_t b, Group& group, Index live, Index thread) {
    const BlockPlan& block = plan_.blocks[b];
    const WeightGradientPlan& plan = block.weight_gradient;
    ThreadScratch& scratch = scratch_[at(thread)];
    float* const z = group.blocks[b].z.data();
    float* out = group.weight_gradient.data() + block.weight;
    const float* const in = map_of(block.input.value, group);
    const bool whole = gives_gradient(b);
    Index channel = 0;
    for (Index o = 0; o < static_cast<Index>(plan.out_blocks.size()); ++o) {
        const Index channels = plan.out_blocks[at(o)];
        for (Index y0 = 0; y0 < block.z.height; y0 += plan.band_rows) {
            const Index y1 = std::min(block.z.height, y0 + plan.band_rows);
            // Only a block with another one before it needs its whole dz later, in z's place.
            const Index dz_row = whole ? block.z.row() : block.z.width * kLanes;
            const Index dz_plane = whole ? block.z.plane() : plan.band_rows * dz_row;
            float* dz = whole ? z + block.z.at(channel, y0, 0) : scratch.band.data();
            for (Index c = 0; c < channels; ++c) {
                gradient_rows(b, group, channel + c, y0, y1, dz + c * dz_plane, dz_row);
            }
            accumulate_weight_gradient(plan, o, dz, dz_plane, dz_row, y0, y1, in,
                                       scratch.sums.data());
        }
        add_block(plan, o, scratch.sums.data(), live, scratch.taps.data(), out);
        out += channels * plan.inputs() * plan.taps.area;
        channel += channels;
    }
}

void LanesNetwork::gradient_rows(std::size_t b, Group& group, Index channel, Index y0, Index y1,
                                 float* dz, Index dz_row) const {
    const BlockPlan& block = plan_.blocks[b];
    const BlockNumbers& numbers = numbers_[b];
    const GradientCoefficients& coefficients = numbers.coefficients[at(channel)];
    const float* const z = group.blocks[b].z.data();
    const GradientRows rows{
        z + block.z.at(channel, y0, 0), block.z.row(), dz, dz_row, y1 - y0, block.z.width};
    if (averages(b)) {
        // Without ReLU every pixel is open.
        activation_gradient_average(rows, coefficients,
                                    block.relu ? numbers.scale[at(channel)] : 0.0F,
                                    block.relu ? numbers.shift[at(channel)] : 1.0F,
                                    group.features_gradient.data() + channel * kLanes);
        return;
    }
    const float* const gradient = gradient_of(block.output, group);
    if (block.pool) {
        const Index from = block.out.at(channel, y0 / 2, 0);
        activation_gradient_pool(rows, coefficients, gradient + from,
                                 group.blocks[b].pre.data() + from, block.out.row());
    } else {
        activation_gradient(rows, coefficients, gradient + block.out.at(channel, y0, 0),
                            block.out.row());
    }
}

void LanesNetwork::add_groups(Index groups) {
    // Each run of parameters is added over the groups in their order.
    constexpr Index kRun = 4096;
    float* const total = gradient_.data();
    team_.run((plan_.decayed + kRun - 1) / kRun, [&](Index run, Index) {
        const Index first = run * kRun;
        const Index last = std::min(plan_.decayed, first + kRun);
        std::copy(groups_.front().weight_gradient.data() + first,
                  groups_.front().weight_gradient.data() + last, total + first);
        for (Index number = 1; number < groups; ++number) {
            const float* part = groups_[at(number)].weight_gradient.data();
            for (Index i = first; i < last; ++i) {
                total[i] += part[i];
            }
        }
    });
    for (Index k = 0; k < plan_.dense.classes; ++k) {
        float sum = 0.0F;
        for (Index number = 0; number < groups; ++number) {
            sum += groups_[at(number)].weight_gradient.data()[plan_.decayed + k];
        }
        total[plan_.dense_bias + k] = sum;
    }
}

}  // namespace nanonas::train::lanes
