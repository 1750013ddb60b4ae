#include <algorithm>
#include <numeric>

#include "train/engine/fast/network_plan.hpp"

namespace nanonas::train::lanes {

namespace {

/// What a step reads, in the order in which it gives parts of gradients back.
std::vector<Read*> parts(NetworkPlan& plan, Step& step) {
    std::vector<Read*> reads;
    if (const auto* block = std::get_if<BlockStep>(&step)) {
        BlockPlan& its = plan.blocks[block->block];
        if (its.skip) {
            reads.push_back(&*its.skip);
        }
        reads.push_back(&its.input);
        return reads;
    }
    for (Read& read : std::get<MapStep>(step).inputs) {
        reads.push_back(&read);
    }
    return reads;
}

std::size_t output_of(const NetworkPlan& plan, const Step& step) {
    const auto* block = std::get_if<BlockStep>(&step);
    return block != nullptr ? plan.blocks[block->block].output : std::get<MapStep>(step).output;
}

bool is_trained(const NetworkPlan& plan, const Step& step) {
    const auto* maps = std::get_if<MapStep>(&step);
    return maps == nullptr ||
           std::any_of(maps->inputs.begin(), maps->inputs.end(),
                       [&](const Read& read) { return plan.values[read.value].trained; });
}

/// Marks the first and the last part of each value's gradient. Returns how often each is read.
std::vector<int> order_parts(NetworkPlan& plan) {
    std::vector<int> reads(plan.values.size());
    std::vector<Read*> latest(plan.values.size());
    const auto give = [&](Read& read) {
        read.first = reads[read.value]++ == 0;
        latest[read.value] = &read;
    };
    give(plan.average);
    for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
        for (Read* read : parts(plan, *step)) {
            give(*read);
        }
    }
    for (Read* read : latest) {
        if (read != nullptr) {
            read->last = true;
        }
    }
    return reads;
}

/// The part of a step that can be the gradient of what the step writes, as it lies: of a sum, and
/// the last one given, since the others read it before.
Read* taker(NetworkPlan& plan, Step& step) {
    Read* found = nullptr;
    if (const auto* block = std::get_if<BlockStep>(&step)) {
        std::optional<Read>& skip = plan.blocks[block->block].skip;
        found = skip && skip->first ? &*skip : nullptr;
    } else if (std::holds_alternative<space::Add>(std::get<MapStep>(step).op)) {
        for (Read& read : std::get<MapStep>(step).inputs) {
            found = read.first ? &read : found;
        }
    }
    return found != nullptr && plan.values[found->value].trained ? found : nullptr;
}

void place_gradients(NetworkPlan& plan, const std::vector<int>& reads) {
    const auto place = [&](const Read& read, bool reads_on) {
        ValuePlan& value = plan.values[read.value];
        if (!read.first || !value.trained || value.gradient) {
            return;
        }
        if (reads[read.value] == 1 && !reads_on) {
            value.gradient = value.map;
            return;
        }
        value.gradient = plan.maps.size();
        plan.maps.push_back(value.shape);
    };
    place(plan.average, false);
    for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
        if (Read* const read = taker(plan, *step)) {
            read->taken = true;
            plan.values[read->value].gradient = plan.values[output_of(plan, *step)].gradient;
        }
        // Looks for its maxima again while it gives the gradient back.
        const auto* maps = std::get_if<MapStep>(&*step);
        const bool reads_on = maps != nullptr && maps->pool.maximum;
        for (const Read* read : parts(plan, *step)) {
            place(*read, reads_on);
        }
    }
}

/// Maps that are laid out alike, as sets.
class Alike {
  public:
    explicit Alike(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    std::size_t set_of(std::size_t i) const { return parent_[i] == i ? i : set_of(parent_[i]); }
    void join(std::size_t a, std::size_t b) { parent_[set_of(a)] = set_of(b); }

  private:
    std::vector<std::size_t> parent_;
};

/// Pixels around each map: what the windows that read it reach, forward and backward, and at least
/// the one of the 3x3 kernels. What is computed pixel by pixel has one layout.
void set_borders(NetworkPlan& plan) {
    const std::size_t values = plan.values.size();
    Alike alike(values + plan.blocks.size());  // the convolutions' outputs are behind the values
    for (Step& step : plan.steps) {
        const std::size_t output = output_of(plan, step);
        if (const auto* which = std::get_if<BlockStep>(&step)) {
            const BlockPlan& block = plan.blocks[which->block];
            if (!block.pool) {
                alike.join(values + which->block, output);
            }
            if (block.skip) {
                alike.join(block.skip->value, output);
            }
            continue;
        }
        const MapStep& maps = std::get<MapStep>(step);
        if (std::holds_alternative<space::Add>(maps.op) ||
            std::holds_alternative<space::Relu>(maps.op)) {
            for (const Read& read : maps.inputs) {
                alike.join(read.value, output);
            }
        }
    }
    std::vector<Index> borders(values + plan.blocks.size(), 1);
    const auto ask = [&](std::size_t map, Index border) {
        Index& most = borders[alike.set_of(map)];
        most = std::max(most, border);
    };
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
        const BlockPlan& block = plan.blocks[b];
        const ValuePlan& in = plan.values[block.input.value];
        ask(block.input.value, forward_taps(block.window, in.shape, block.z).border());
        if (in.trained) {
            ask(values + b, backward_taps(block.window, block.z, in.shape).border());
        }
    }
    for (std::size_t v = 0; v < values; ++v) {
        plan.values[v].shape.border = borders[alike.set_of(v)];
    }
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
        BlockPlan& block = plan.blocks[b];
        block.in = plan.values[block.input.value].shape;
        block.z.border = borders[alike.set_of(values + b)];
        block.out = plan.values[block.output].shape;
    }
}

}  // namespace

void place_maps(NetworkPlan& plan) {
    for (const Step& step : plan.steps) {
        plan.values[output_of(plan, step)].trained = is_trained(plan, step);
    }
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
        plan.values[plan.blocks[b].output].block = b;
    }
    set_borders(plan);
    for (Step& step : plan.steps) {
        if (auto* maps = std::get_if<MapStep>(&step)) {
            maps->pool.in = plan.values[maps->inputs.front().value].shape;
            maps->pool.out = plan.values[maps->output].shape;
        }
    }
    const ValuePlan& last = plan.values[plan.average.value];
    plan.fused_average =
        last.block && !plan.blocks[*last.block].pool && !plan.blocks[*last.block].skip;
    for (std::size_t v = 0; v < plan.values.size(); ++v) {
        if (!(plan.fused_average && v == plan.average.value)) {
            plan.values[v].map = plan.maps.size();
            plan.maps.push_back(plan.values[v].shape);
        }
    }
    const std::vector<int> reads = order_parts(plan);
    place_gradients(plan, reads);
}

}  // namespace nanonas::train::lanes
