#include "train/engine/fast/kernels/activation.hpp"
#include "train/engine/fast/kernels/map_operators.hpp"
#include "train/engine/fast/lanes_network.hpp"

namespace nanonas::train::lanes {

void LanesNetwork::forward_maps(const MapStep& step, Group& group) const {
    const ValuePlan& from = plan_.values[step.inputs.front().value];
    const ValuePlan& to = plan_.values[step.output];
    const float* const in = map_of(step.inputs.front().value, group);
    float* const out = map_of(step.output, group);
    if (std::holds_alternative<space::Add>(step.op)) {
        add_maps(to.shape, in, map_of(step.inputs.back().value, group), out);
    } else if (std::holds_alternative<space::Relu>(step.op)) {
        relu(to.shape, in, out);
    } else if (const auto* padding = std::get_if<space::Pad>(&step.op)) {
        pad(from.shape, to.shape, static_cast<Index>(padding->top),
            static_cast<Index>(padding->left), in, out);
    } else {
        pool(step.pool, in, out);
    }
}

void LanesNetwork::backward_maps(const MapStep& step, Group& group) {
    if (!plan_.values[step.output].trained) {
        return;
    }
    const float* const g = gradient_of(step.output, group);
    const Read& read = step.inputs.front();
    const MapShape& shape = plan_.values[read.value].shape;
    const bool add = !read.first;
    if (std::holds_alternative<space::Add>(step.op)) {
        for (const Read& one : step.inputs) {
            give(one, step.output, group);
        }
    } else if (std::holds_alternative<space::Relu>(step.op)) {
        relu_gradient(shape, add, map_of(read.value, group), g, gradient_of(read.value, group));
    } else if (const auto* padding = std::get_if<space::Pad>(&step.op)) {
        pad_gradient(shape, plan_.values[step.output].shape, static_cast<Index>(padding->top),
                     static_cast<Index>(padding->left), add, g, gradient_of(read.value, group));
    } else {
        pool_gradient(step.pool, add, map_of(read.value, group), g, gradient_of(read.value, group));
    }
    for (const Read& one : step.inputs) {
        finish_gradient(one, group);
    }
}

void LanesNetwork::give(const Read& read, std::size_t written, Group& group) {
    if (is_trained(read) && !read.taken) {
        copy_map(plan_.values[read.value].shape, !read.first, gradient_of(written, group),
                 gradient_of(read.value, group));
    }
}

void LanesNetwork::finish_gradient(const Read& read, Group& group) {
    const ValuePlan& value = plan_.values[read.value];
    if (!read.last || !value.block) {
        return;
    }
    const BlockPlan& block = plan_.blocks[*value.block];
    GateInputs inputs;
    inputs.relu = block.relu;
    inputs.pre = pre_of(*value.block, group);
    inputs.scale = numbers_[*value.block].scale.data();
    inputs.shift = numbers_[*value.block].shift.data();
    inputs.skip = block.skip ? map_of(block.skip->value, group) : nullptr;
    gate_gradient(value.shape, inputs, gradient_of(read.value, group),
                  group.blocks[*value.block].sums.data());
}

void LanesNetwork::average_group(Group& group) const {
    if (plan_.fused_average) {
        return;
    }
    const MapShape& shape = plan_.values[plan_.average.value].shape;
    activate_average(shape, false, 0, shape.channels, map_of(plan_.average.value, group),
                     identity_.data(), identity_.data() + identity_.size() / 2,
                     group.totals.data());
}

void LanesNetwork::backward_average(Group& group) {
    const float* const gradient = group.features_gradient.data();
    if (!plan_.fused_average) {
        const std::size_t value = plan_.average.value;
        spread(plan_.values[value].shape, gradient, gradient_of(value, group));
        finish_gradient(plan_.average, group);
        return;
    }
    // Every open pixel takes the same gradient: its sums are known already.
    const float* const totals = group.totals.data();
    float* const sums = group.blocks.back().sums.data();
    for (Index c = 0; c < plan_.dense.features; ++c) {
        for (Index lane = 0; lane < kLanes; ++lane) {
            const float g = gradient[c * kLanes + lane];
            sums[c * 2 * kLanes + lane] = g * totals[(c * 3 + 1) * kLanes + lane];
            sums[(c * 2 + 1) * kLanes + lane] = g * totals[(c * 3 + 2) * kLanes + lane];
        }
    }
}

}  // namespace nanonas::train::lanes
