#include "train/engine/fast/fast_engine.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "space/errors.hpp"
#include "train/engine/fast/kernels/adam.hpp"
#include "train/engine/fast/kernels/peak.hpp"
#include "train/engine/fast/lanes_network.hpp"
#include "train/engine/guarded.hpp"

namespace nanonas::train {

namespace {

using lanes::Index;
using lanes::LanesNetwork;
using lanes::NetworkPlan;
using lanes::Slot;

using Floats = std::vector<float>;

Floats zeros(Index count) {
    return Floats(static_cast<std::size_t>(count), 0.0F);
}

/// Copies the slots' values out of two flat arrays; `running` null leaves statistics out.
space::Weights gather(const std::vector<Slot>& slots, const Floats& trainable,
                      const Floats* running) {
    space::Weights weights;
    for (const Slot& slot : slots) {
        const Floats* flat = slot.trainable ? &trainable : running;
        if (flat != nullptr) {
            const float* values = flat->data() + slot.offset;
            weights[slot.name] = {slot.shape, {values, values + slot.count}};
        }
    }
    return weights;
}

/// Throws NetworkError when a tensor is missing or has another shape.
void check(const std::vector<Slot>& slots, const space::Weights& weights, bool trainable_only) {
    for (const Slot& slot : slots) {
        if (trainable_only && !slot.trainable) {
            continue;
        }
        const auto found = weights.find(slot.name);
        if (found == weights.end()) {
            throw NetworkError("tensor '" + slot.name + "' is missing");
        }
        if (found->second.shape != slot.shape ||
            static_cast<Index>(found->second.values.size()) != slot.count) {
            throw NetworkError("tensor '" + slot.name + "' has another shape than its layer");
        }
    }
}

void scatter(const std::vector<Slot>& slots, const space::Weights& weights, Floats& trainable,
             Floats* running) {
    for (const Slot& slot : slots) {
        Floats* flat = slot.trainable ? &trainable : running;
        if (flat != nullptr) {
            const Floats& values = weights.at(slot.name).values;
            std::copy(values.begin(), values.end(), flat->data() + slot.offset);
        }
    }
}

class FastModel final : public Model {
  public:
    FastModel(NetworkPlan plan, const space::Preprocess& preprocess, std::uint64_t seed,
              int threads)
        : lanes_(std::move(plan), preprocess, threads),
          parameters_(zeros(lanes_.plan().trainable)),
          first_(zeros(lanes_.plan().trainable)),
          second_(zeros(lanes_.plan().trainable)),
          running_(zeros(lanes_.plan().running)) {
        scatter(slots(), initial_weights(lanes_.plan().network, seed), parameters_, &running_);
    }

    double train_batch(const Batch& batch, const StepOptions& options) override {
        return guarded("fast", [&] {
            check_images(batch.images);
            const NetworkPlan& plan = lanes_.plan();
            std::vector<float> mask;
            if (plan.dropout_rate > 0.0) {
                mask = dropout_mask(batch.dropout_seed, plan.dropout_layer, plan.dropout_rate,
                                    batch.size, plan.dense.features);
            }
            const double loss =
                lanes_.gradients(batch, mask.empty() ? nullptr : mask.data(),
                                 options.label_smoothing, parameters_.data(), running_.data());
            ++steps_;
            lanes::AdamStep step;
            step.learning_rate = options.learning_rate;
            step.step = static_cast<double>(steps_);
            step.weight_decay = options.weight_decay;
            adam(step, 0, plan.decayed);
            step.weight_decay = 0.0;
            adam(step, plan.decayed, plan.trainable);
            return loss;
        });
    }

    std::vector<float> logits(const space::ImageView& images, const std::int64_t* indices,
                              std::int64_t size) override {
        return guarded("fast", [&] {
            check_images(images);
            std::vector<float> out(
                static_cast<std::size_t>(size * lanes_.plan().network.classes()));
            lanes_.logits(images, indices, size, parameters_.data(), running_.data(), out.data());
            return out;
        });
    }

    ModelState state() const override {
        return guarded("fast", [&] {
            return ModelState{weights(), gather(slots(), first_, nullptr),
                              gather(slots(), second_, nullptr), steps_};
        });
    }

    void restore(const ModelState& state) override {
        guarded("fast", [&] {
            space::check_weights(lanes_.plan().network, state.weights);
            check(slots(), state.weights, false);
            check(slots(), state.adam_first, true);
            check(slots(), state.adam_second, true);
            scatter(slots(), state.weights, parameters_, &running_);
            scatter(slots(), state.adam_first, first_, nullptr);
            scatter(slots(), state.adam_second, second_, nullptr);
            steps_ = state.steps;
        });
    }

    space::Weights weights() const override { return gather(slots(), parameters_, &running_); }

  private:
    const std::vector<Slot>& slots() const { return lanes_.plan().slots; }

    void check_images(const space::ImageView& images) const {
        const space::Shape& input = lanes_.plan().network.input;
        if (images.shape != input) {
            throw NetworkError("images are " + space::to_string(images.shape) +
                               ", the network reads " + space::to_string(input));
        }
    }

    void adam(const lanes::AdamStep& step, Index from, Index to) {
        lanes::adam(step, to - from, lanes_.gradient() + from, parameters_.data() + from,
                    first_.data() + from, second_.data() + from);
    }

    LanesNetwork lanes_;
    Floats parameters_;      ///< [trainable], as the plan lays them out
    Floats first_, second_;  ///< Adam's moments, alike
    Floats running_;         ///< batch norm's running statistics
    std::int64_t steps_ = 0;
};

class FastEngine final : public Engine {
  public:
    std::string name() const override { return "fast"; }
    std::string simd() const override { return "fast " + lanes::arithmetic(); }

    bool covers(const space::Network& network) const override {
        return lanes::plan_network(network).has_value();
    }

    std::unique_ptr<Model> create(const space::Network& network,
                                  const space::Preprocess& preprocess, std::uint64_t seed,
                                  int threads) const override {
        return guarded("fast", [&]() -> std::unique_ptr<Model> {
            std::optional<NetworkPlan> plan = lanes::plan_network(network);
            if (!plan) {
                throw NetworkError(
                    "fast engine: no kernels at " + lanes::where_plan_ends(network) +
                    ": it needs [convolution or depthwise convolution, batch norm] with sums, "
                    "ReLU, pools and pads between them, then global average, optional dropout, "
                    "dense, softmax; a build with LibTorch trains other networks");
            }
            return std::make_unique<FastModel>(std::move(*plan), preprocess, seed, threads);
        });
    }
};

}  // namespace

std::shared_ptr<const Engine> make_fast_engine() {
    return std::make_shared<FastEngine>();
}

}  // namespace nanonas::train
