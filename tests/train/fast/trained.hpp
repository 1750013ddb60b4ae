// A network in training without an engine: flat parameters, Adam, batches in order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "train/engine/engine.hpp"
#include "train/engine/fast/kernels/adam.hpp"
#include "train/engine/fast/lanes_network.hpp"

namespace nanonas::test {

/// Parameters of its own, seeded.
class Trained {
  public:
    /// `cached`: as plan_network.
    Trained(const space::Network& network, int threads,
            train::lanes::Index cached = train::lanes::kCachedFloats)
        : lanes_(*train::lanes::plan_network(network, cached), {1.0F / 255.0F, 128}, threads),
          parameters_(static_cast<std::size_t>(lanes_.plan().trainable)),
          first_(parameters_.size()),
          second_(parameters_.size()),
          running_(static_cast<std::size_t>(lanes_.plan().running)) {
        const space::Weights weights = train::initial_weights(network, 5);
        for (const train::lanes::Slot& slot : lanes_.plan().slots) {
            const std::vector<float>& values = weights.at(slot.name).values;
            std::copy(values.begin(), values.end(),
                      (slot.trainable ? parameters_ : running_).begin() + slot.offset);
        }
    }

    double step(const train::Batch& batch) {
        const double loss =
            lanes_.gradients(batch, nullptr, 0.1, parameters_.data(), running_.data());
        ++steps_;
        train::lanes::AdamStep adam;
        adam.learning_rate = 0.01;
        adam.step = steps_;
        train::lanes::adam(adam, lanes_.plan().trainable, lanes_.gradient(), parameters_.data(),
                           first_.data(), second_.data());
        return loss;
    }

    std::vector<float> logits(const train::Batch& batch) {
        std::vector<float> out(
            static_cast<std::size_t>(batch.size * lanes_.plan().network.classes()));
        lanes_.logits(batch.images, batch.indices, batch.size, parameters_.data(), running_.data(),
                      out.data());
        return out;
    }

    const std::vector<float>& parameters() const { return parameters_; }
    const std::vector<float>& running() const { return running_; }
    const train::lanes::LanesNetwork& lanes() const { return lanes_; }

  private:
    train::lanes::LanesNetwork lanes_;
    std::vector<float> parameters_, first_, second_, running_;
    double steps_ = 0.0;
};

}  // namespace nanonas::test
