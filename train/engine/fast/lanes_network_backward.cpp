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
        weight_gradient_group(b, group, live(number, size), thread);
        if (b == 0) {
            return;
        }
        BlockMaps& before = group.blocks[b - 1];
        ConvolutionEpilogue epilogue;
        epilogue.kind = plan_.blocks[b - 1].relu ? ConvolutionEpilogue::Kind::kMask
                                                 : ConvolutionEpilogue::Kind::kGradient;
        epilogue.sums = before.sums.data();
        epilogue.pre = plan_.blocks[b - 1].pool ? before.pre.data() : before.z.data();
        epilogue.scale = numbers_[b - 1].scale.data();
        epilogue.shift = numbers_[b - 1].shift.data();
        std::visit(
            [&](const auto& plan) {
                convolve(plan, 0, static_cast<Index>(plan.blocks.size()),
                         numbers.packed_backward.data(), nullptr, group.blocks[b].z.data(),
                         before.out.data(), epilogue);
            },
            block.backward);
    });
}

void LanesNetwork::weight_gradient_group(std::size_t b, Group& group, Index live, Index thread) {
    const BlockPlan& block = plan_.blocks[b];
    const WeightGradientPlan& plan = block.weight_gradient;
    ThreadScratch& scratch = scratch_[at(thread)];
    float* const z = group.blocks[b].z.data();
    float* out = group.weight_gradient.data() + block.weight;
    Index channel = 0;
    for (Index o = 0; o < static_cast<Index>(plan.out_blocks.size()); ++o) {
        const Index channels = plan.out_blocks[at(o)];
        for (Index y0 = 0; y0 < block.z.height; y0 += plan.band_rows) {
            const Index y1 = std::min(block.z.height, y0 + plan.band_rows);
            // Only a block with another one before it needs its whole dz later, in z's place.
            const Index dz_row = b == 0 ? block.z.width * kLanes : block.z.row();
            const Index dz_plane = b == 0 ? plan.band_rows * dz_row : block.z.plane();
            float* dz = b == 0 ? scratch.band.data() : z + block.z.at(channel, y0, 0);
            for (Index c = 0; c < channels; ++c) {
                gradient_rows(b, group, channel + c, y0, y1, z, dz + c * dz_plane, dz_row);
            }
            accumulate_weight_gradient(plan, o, dz, dz_plane, dz_row, y0, y1, input_of(b, group),
                                       scratch.sums.data());
        }
        add_block(plan, o, scratch.sums.data(), live, scratch.taps.data(), out);
        out += channels * plan.inputs() * plan.taps.area;
        channel += channels;
    }
}

void LanesNetwork::gradient_rows(std::size_t b, const Group& group, Index channel, Index y0,
                                 Index y1, float* z, float* dz, Index dz_row) const {
    const BlockPlan& block = plan_.blocks[b];
    const BlockNumbers& numbers = numbers_[b];
    const GradientCoefficients& coefficients = numbers.coefficients[at(channel)];
    const GradientRows rows{
        z + block.z.at(channel, y0, 0), block.z.row(), dz, dz_row, y1 - y0, block.z.width};
    const BlockMaps& maps = group.blocks[b];
    if (b + 1 == plan_.blocks.size()) {
        // Without ReLU every pixel is open.
        activation_gradient_average(rows, coefficients,
                                    block.relu ? numbers.scale[at(channel)] : 0.0F,
                                    block.relu ? numbers.shift[at(channel)] : 1.0F,
                                    group.features_gradient.data() + channel * kLanes);
    } else if (block.pool) {
        const Index from = block.out.at(channel, y0 / 2, 0);
        activation_gradient_pool(rows, coefficients, maps.out.data() + from, maps.pre.data() + from,
                                 block.out.row());
    } else {
        activation_gradient(rows, coefficients, maps.out.data() + block.out.at(channel, y0, 0),
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
