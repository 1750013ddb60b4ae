// Engine: how one network learns. Stock LibTorch modules are the reference; faster engines stand
// behind the same door. Torch-free on purpose: the trainer and its tests never see LibTorch.
//
// Everything random is drawn outside (order, augmentation, dropout and initial weights come from
// seeds), so two engines given the same seed see the same batches, masks and initial weights and
// differ only by floating-point rounding; one engine gives the same bits every time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "space/images.hpp"
#include "space/preprocess.hpp"
#include "space/trained_network.hpp"
#include "train/data/augment.hpp"

namespace nanonas::train {

/// One step's worth of training images. `augment` is empty or one draw per index.
struct Batch {
    space::ImageView images;
    const std::int64_t* indices = nullptr;  ///< [size] rows of `images`
    std::int64_t size = 0;                  ///< >= 1; the last batch of an epoch may be short
    const AugmentDraw* augment = nullptr;
    std::uint64_t dropout_seed = 0;  ///< see dropout_mask
};

/// Adam (Kingma, Ba 2015): beta 0.9 / 0.999, epsilon 1e-7 as in Keras, plus decoupled decay.
struct StepOptions {
    double learning_rate = 1e-3;
    double weight_decay = 0.0;  ///< decoupled (AdamW); on convolution and dense weights only
    double label_smoothing = 0.0;
};

/// Everything needed to go on exactly where a model stood.
struct ModelState {
    space::Weights weights;
    space::Weights adam_first, adam_second;  ///< moments of the trainable tensors
    std::int64_t steps = 0;
};

/// One network in training. Not thread-safe; different models may run on different threads.
class Model {
  public:
    virtual ~Model() = default;
    /// Forward, softmax cross-entropy, backward, one optimizer step. Returns the mean loss.
    virtual double train_batch(const Batch& batch, const StepOptions& options) = 0;
    /// Inference (running statistics, no dropout): logits [size][classes], row-major.
    virtual std::vector<float> logits(const space::ImageView& images, const std::int64_t* indices,
                                      std::int64_t size) = 0;
    virtual ModelState state() const = 0;
    /// Throws NetworkError when tensors do not match the network.
    virtual void restore(const ModelState& state) = 0;
    virtual space::Weights weights() const = 0;
};

/// Makes models. Any thread.
class Engine {
  public:
    virtual ~Engine() = default;
    virtual std::string name() const = 0;
    /// The kind of its kernels' arithmetic on this processor; equal texts, equal bits.
    virtual std::string simd() const { return ""; }
    /// False when the network has a layer or shape this engine has no kernel for.
    virtual bool covers(const space::Network& network) const = 0;
    /// The engine that create() takes for the network: this one, unless it stands for several.
    virtual const Engine& engine_for(const space::Network&) const { return *this; }
    /// A model with weights from initial_weights(network, seed). `threads` >= 1; the result does
    /// not depend on it. Foreign exceptions arrive as nanonas::Error.
    virtual std::unique_ptr<Model> create(const space::Network& network,
                                          const space::Preprocess& preprocess, std::uint64_t seed,
                                          int threads) const = 0;
};

/// Glorot-uniform convolution and dense weights, zero biases, batch norm at identity (Keras).
space::Weights initial_weights(const space::Network& network, std::uint64_t seed);

/// Inverted-dropout factors [size][features]: 0 with probability `rate`, else 1 / (1 - rate).
/// `layer` is the index of the Dropout layer in the network.
std::vector<float> dropout_mask(std::uint64_t seed, std::size_t layer, double rate,
                                std::int64_t size, std::int64_t features);

/// "fast" and, in a build with LibTorch, "stock"; the default first.
std::vector<std::string> engine_names();
/// Networks the named engine has no kernels for are trained by those after it in the list.
/// Throws ConfigError naming the known engines, or saying that this build has no stock engine.
std::shared_ptr<const Engine> make_engine(const std::string& name);

}  // namespace nanonas::train
