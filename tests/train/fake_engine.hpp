// Softmax regression with momentum behind the engine's door: a trainer's tests need no LibTorch.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "space/errors.hpp"
#include "train/data/augment_apply.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::test {

/// What a model was given, for tests that look at it.
struct SeenBatch {
    std::vector<std::int64_t> rows;
    std::vector<train::AugmentDraw> draws;
    std::uint64_t dropout_seed = 0;
    double learning_rate = 0.0;
};

struct FakeLog {
    std::mutex mutex;
    std::vector<SeenBatch> batches;
    std::vector<std::int64_t> logits_sizes;
    std::vector<int> threads;
    std::vector<std::uint64_t> seeds;
    /// The loss turns NaN at this step, counted over the model's life; negative: never.
    std::int64_t nan_at_step = -1;
    bool silent_nan = false;  ///< weights become NaN there while the loss stays finite
};

/// Reads networks of one dense layer on 1x1xN images ("dense" + Softmax).
inline space::Network fake_network(std::int64_t features, std::int64_t classes) {
    space::Network network{{1, 1, features}, {}};
    network.add("dense", space::Dense{classes}).add("softmax", space::Softmax{});
    return network;
}

class FakeModel final : public train::Model {
  public:
    FakeModel(const space::Network& network, const space::Preprocess& preprocess,
              std::uint64_t seed, std::shared_ptr<FakeLog> log)
        : preprocess_(preprocess), log_(std::move(log)) {
        state_.weights = train::initial_weights(network, seed);
        state_.adam_first = state_.weights;
        for (auto& [name, tensor] : state_.adam_first) {
            std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
        }
        state_.adam_second = state_.adam_first;
        classes_ = static_cast<std::size_t>(network.classes());
        features_ = static_cast<std::size_t>(network.input.channels);
    }

    double train_batch(const train::Batch& batch, const train::StepOptions& options) override {
        note(batch, options);
        const auto size = static_cast<std::size_t>(batch.size);
        std::vector<float> gradient(classes_ * features_, 0.0F);
        double loss = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::vector<float> x = input(batch, i);
            std::vector<float> p = scores(x);
            const float top = *std::max_element(p.begin(), p.end());
            float sum = 0.0F;
            for (float& value : p) {
                value = std::exp(value - top);
                sum += value;
            }
            const auto label = static_cast<std::size_t>(batch.images.labels[batch.indices[i]]);
            loss -= std::log(static_cast<double>(p[label] / sum));
            for (std::size_t c = 0; c < classes_; ++c) {
                const float error = p[c] / sum - (c == label ? 1.0F : 0.0F);
                for (std::size_t f = 0; f < features_; ++f) {
                    gradient[c * features_ + f] += error * x[f] / static_cast<float>(size);
                }
            }
        }
        std::vector<float>& weights = state_.weights["dense.weight"].values;
        std::vector<float>& momentum = state_.adam_first["dense.weight"].values;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            momentum[i] = 0.9F * momentum[i] + gradient[i];
            weights[i] -= static_cast<float>(options.learning_rate) * momentum[i];
        }
        if (state_.steps++ == log_->nan_at_step) {
            if (!log_->silent_nan) {
                return std::numeric_limits<double>::quiet_NaN();
            }
            weights[0] = std::numeric_limits<float>::quiet_NaN();
        }
        return loss / static_cast<double>(size);
    }

    std::vector<float> logits(const space::ImageView& images, const std::int64_t* indices,
                              std::int64_t size) override {
        const std::lock_guard lock(log_->mutex);
        log_->logits_sizes.push_back(size);
        std::vector<float> all;
        train::Batch batch;
        batch.images = images;
        batch.indices = indices;
        for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) {
            const std::vector<float> row = scores(input(batch, i));
            all.insert(all.end(), row.begin(), row.end());
        }
        return all;
    }

    train::ModelState state() const override { return state_; }
    void restore(const train::ModelState& state) override { state_ = state; }
    space::Weights weights() const override { return state_.weights; }

  private:
    void note(const train::Batch& batch, const train::StepOptions& options) {
        SeenBatch seen;
        seen.rows.assign(batch.indices, batch.indices + batch.size);
        if (batch.augment != nullptr) {
            seen.draws.assign(batch.augment, batch.augment + batch.size);
        }
        seen.dropout_seed = batch.dropout_seed;
        seen.learning_rate = options.learning_rate;
        const std::lock_guard lock(log_->mutex);
        log_->batches.push_back(std::move(seen));
    }

    std::vector<float> input(const train::Batch& batch, std::size_t i) const {
        std::vector<std::uint8_t> pixels(features_);
        const std::uint8_t* raw = batch.images.image(batch.indices[i]);
        train::apply_augment(batch.images.shape, raw,
                             batch.augment != nullptr ? batch.augment[i] : train::AugmentDraw{},
                             pixels.data());
        std::vector<float> x;
        for (const std::uint8_t pixel : pixels) {
            x.push_back(preprocess_.apply(pixel));
        }
        return x;
    }

    std::vector<float> scores(const std::vector<float>& x) const {
        const std::vector<float>& weights = state_.weights.at("dense.weight").values;
        std::vector<float> scores(classes_, 0.0F);
        for (std::size_t c = 0; c < classes_; ++c) {
            for (std::size_t f = 0; f < features_; ++f) {
                scores[c] += weights[c * features_ + f] * x[f];
            }
        }
        return scores;
    }

    space::Preprocess preprocess_;
    std::shared_ptr<FakeLog> log_;
    train::ModelState state_;
    std::size_t classes_ = 0, features_ = 0;
};

class FakeEngine final : public train::Engine {
  public:
    std::string name() const override { return "fake"; }
    bool covers(const space::Network&) const override { return true; }
    std::unique_ptr<train::Model> create(const space::Network& network,
                                         const space::Preprocess& preprocess, std::uint64_t seed,
                                         int threads) const override {
        const std::lock_guard lock(log->mutex);
        log->threads.push_back(threads);
        log->seeds.push_back(seed);
        return std::make_unique<FakeModel>(network, preprocess, seed, log);
    }

    std::shared_ptr<FakeLog> log = std::make_shared<FakeLog>();
};

}  // namespace nanonas::test
