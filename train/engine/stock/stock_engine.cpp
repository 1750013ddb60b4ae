#include "train/engine/stock/stock_engine.hpp"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/nn/functional/loss.h>
#include <torch/optim/adamw.h>
#include <torch/version.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include "space/errors.hpp"
#include "train/engine/batch_input.hpp"
#include "train/engine/stock/stock_guarded.hpp"
#include "train/engine/stock/stock_modules.hpp"

namespace nanonas::train {

namespace {

/// OpenMP keeps one thread count per calling thread, and a model may wander between threads.
void use_one_thread() {
    thread_local bool done = false;
    if (!done) {
        at::set_num_threads(1);
        done = true;
    }
}

space::Tensor to_plain(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.detach().contiguous();
    const float* values = flat.data_ptr<float>();
    return {flat.sizes().vec(), {values, values + flat.numel()}};
}

/// Throws NetworkError when `plain` has not the shape of `like`.
at::Tensor from_plain(const space::Weights& tensors, const std::string& name,
                      const at::Tensor& like) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
        throw NetworkError("tensor '" + name + "' is missing");
    }
    const space::Tensor& plain = found->second;
    if (plain.shape != like.sizes().vec() ||
        static_cast<std::int64_t>(plain.values.size()) != like.numel()) {
        throw NetworkError("tensor '" + name + "' has another shape than its layer");
    }
    at::Tensor tensor = at::empty_like(like, at::kFloat);
    std::copy(plain.values.begin(), plain.values.end(), tensor.data_ptr<float>());
    return tensor;
}

/// The optimizer's entry for one tensor: keyed by the implementation's address, which LibTorch
/// before 2.0 spells out as text.
template <typename Map>
auto& entry_of(Map& map, const at::Tensor& tensor) {
    using Key = typename Map::key_type;
    auto* address = tensor.unsafeGetTensorImpl();
    if constexpr (std::is_same_v<Key, std::string>) {
        std::ostringstream text;
        text << address;
        return map[text.str()];
    } else {
        return map[address];
    }
}

class StockModel final : public Model {
  public:
    StockModel(const space::Network& network, const space::Preprocess& preprocess,
               std::uint64_t seed)
        : network_(network), preprocess_(preprocess), modules_(network) {
        // Both groups always exist; without decay AdamW is Adam.
        std::vector<at::Tensor> decaying, others;
        for (const NamedTensor& named : modules_.tensors()) {
            if (named.trainable) {
                (named.decays ? decaying : others).push_back(named.tensor);
            }
        }
        const auto options = torch::optim::AdamWOptions(1e-3).eps(1e-7).weight_decay(0.0);
        std::vector<torch::optim::OptimizerParamGroup> groups;
        groups.emplace_back(std::move(decaying));
        groups.emplace_back(std::move(others));
        optimizer_ = std::make_unique<torch::optim::AdamW>(std::move(groups), options);
        load(initial_weights(network, seed));
    }

    double train_batch(const Batch& batch, const StepOptions& options) override {
        return stock_guarded([&] {
            use_one_thread();
            check_images(batch.images);
            std::vector<float> pixels =
                planar_input(batch.images, batch.indices, batch.size, batch.augment, preprocess_);
            std::vector<std::int64_t> labels(static_cast<std::size_t>(batch.size));
            for (std::size_t i = 0; i < labels.size(); ++i) {
                labels[i] = batch.images.labels[batch.indices[i]];
            }
            set_options(options);
            optimizer_->zero_grad();
            const at::Tensor logits =
                modules_.forward(as_tensor(pixels, batch.size), true, batch.dropout_seed);
            namespace functional = torch::nn::functional;
            const at::Tensor loss = functional::cross_entropy(
                logits, at::from_blob(labels.data(), {batch.size}, at::kLong),
                functional::CrossEntropyFuncOptions().label_smoothing(options.label_smoothing));
            loss.backward();
            optimizer_->step();
            return loss.item<double>();
        });
    }

    std::vector<float> logits(const space::ImageView& images, const std::int64_t* indices,
                              std::int64_t size) override {
        return stock_guarded([&] {
            use_one_thread();
            check_images(images);
            const c10::InferenceMode inference;
            std::vector<float> pixels = planar_input(images, indices, size, nullptr, preprocess_);
            return to_plain(modules_.forward(as_tensor(pixels, size), false, 0)).values;
        });
    }

    ModelState state() const override {
        return stock_guarded([&] {
            ModelState state;
            state.weights = weights();
            for (const NamedTensor& named : modules_.tensors()) {
                if (!named.trainable) {
                    continue;
                }
                const auto& entry = entry_of(optimizer_->state(), named.tensor);
                const auto& moments = static_cast<const torch::optim::AdamWParamState&>(*entry);
                state.adam_first[named.name] = to_plain(moments.exp_avg());
                state.adam_second[named.name] = to_plain(moments.exp_avg_sq());
                state.steps = moments.step();
            }
            return state;
        });
    }

    void restore(const ModelState& state) override {
        stock_guarded([&] {
            space::check_weights(network_, state.weights);
            // Everything is read before anything changes.
            std::vector<std::pair<at::Tensor, at::Tensor>> moments;
            for (const NamedTensor& named : modules_.tensors()) {
                if (named.trainable) {
                    moments.emplace_back(from_plain(state.adam_first, named.name, named.tensor),
                                         from_plain(state.adam_second, named.name, named.tensor));
                }
            }
            load(state.weights);
            auto next = moments.begin();
            for (const NamedTensor& named : modules_.tensors()) {
                if (named.trainable) {
                    set_moments(named.tensor, next->first, next->second, state.steps);
                    ++next;
                }
            }
        });
    }

    space::Weights weights() const override {
        return stock_guarded([&] {
            space::Weights weights;
            for (const NamedTensor& named : modules_.tensors()) {
                weights[named.name] = to_plain(named.tensor);
            }
            return weights;
        });
    }

  private:
    void check_images(const space::ImageView& images) const {
        if (images.shape != network_.input) {
            throw NetworkError("images are " + space::to_string(images.shape) +
                               ", the network reads " + space::to_string(network_.input));
        }
    }

    at::Tensor as_tensor(std::vector<float>& pixels, std::int64_t size) const {
        const space::Shape& in = network_.input;
        return at::from_blob(pixels.data(), {size, in.channels, in.height, in.width}, at::kFloat);
    }

    void set_options(const StepOptions& options) {
        for (std::size_t group = 0; group < optimizer_->param_groups().size(); ++group) {
            auto& target = static_cast<torch::optim::AdamWOptions&>(
                optimizer_->param_groups()[group].options());
            target.lr(options.learning_rate);
            target.weight_decay(group == 0 ? options.weight_decay : 0.0);
        }
    }

    void set_moments(const at::Tensor& tensor, const at::Tensor& first, const at::Tensor& second,
                     std::int64_t steps) {
        auto moments = std::make_unique<torch::optim::AdamWParamState>();
        moments->step(steps);
        moments->exp_avg(first);
        moments->exp_avg_sq(second);
        entry_of(optimizer_->state(), tensor) = std::move(moments);
    }

    /// Sets weights and forgets all moments, as before the first step.
    void load(const space::Weights& weights) {
        const c10::NoGradGuard no_grad;
        for (const NamedTensor& named : modules_.tensors()) {
            at::Tensor target = named.tensor;
            target.copy_(from_plain(weights, named.name, target));
            if (named.trainable) {
                set_moments(target, at::zeros_like(target), at::zeros_like(target), 0);
            }
        }
    }

    space::Network network_;
    space::Preprocess preprocess_;
    StockModules modules_;
    std::unique_ptr<torch::optim::AdamW> optimizer_;
};

class StockEngine final : public Engine {
  public:
    std::string name() const override { return "stock"; }

    std::string simd() const override {
        const std::string config = at::show_config();
        const std::string key = "CPU capability usage: ";
        const std::size_t at = config.find(key);
        return "stock LibTorch " TORCH_VERSION " " +
               (at == std::string::npos
                    ? "unknown"
                    : config.substr(at + key.size(), config.find('\n', at) - at - key.size()));
    }

    bool covers(const space::Network& network) const override {
        const auto& layers = network.nodes;
        const auto is_softmax = [](const space::Node& layer) {
            return std::holds_alternative<space::Softmax>(layer.op);
        };
        const space::Shape output = network.output();
        return !layers.empty() && output.height == 1 && output.width == 1 &&
               std::none_of(layers.begin(), layers.end() - 1, is_softmax) &&
               std::any_of(layers.begin(), layers.end(), [](const space::Node& layer) {
                   return !space::parameters(layer).empty();
               });
    }

    std::unique_ptr<Model> create(const space::Network& network,
                                  const space::Preprocess& preprocess, std::uint64_t seed,
                                  int /*threads*/) const override {
        if (!covers(network)) {
            throw NetworkError(
                "stock engine: needs a network that ends in one vector of class scores, with a "
                "Softmax nowhere but last");
        }
        return stock_guarded([&]() -> std::unique_ptr<Model> {
            use_one_thread();
            return std::make_unique<StockModel>(network, preprocess, seed);
        });
    }
};

}  // namespace

std::shared_ptr<const Engine> make_stock_engine() {
    return std::make_shared<StockEngine>();
}

}  // namespace nanonas::train
