// Network: the only description of a net. A search space makes it, a cost model prices it, a
// trainer fills it with weights, a quantizer rounds it, a writer ships it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "space/shapes.hpp"

namespace nanonas::space {

/// Square convolution, stride 1, zero padding that keeps height and width; no bias of its own
/// when a BatchNorm follows. Weight `<name>.weight` is [out][in][kernel][kernel].
struct Conv2d {
    std::int64_t out_channels = 1;
    std::int64_t kernel = 3;
    bool bias = false;
};

/// y = (x - mean) / sqrt(var + epsilon) * weight + bias, per channel; running statistics move by
/// `momentum` of the new batch (variance with Bessel's correction), as in torch.nn.BatchNorm2d.
/// Tensors: `.weight .bias .running_mean .running_var`, each [channels].
struct BatchNorm {
    double epsilon = 1e-3;
    double momentum = 0.1;
};

struct Relu {};

/// Square maximum, stride = size, no padding: height -> floor(height / size).
struct MaxPool2d {
    std::int64_t size = 2;
};

/// Mean over height and width: h x w x c -> 1 x 1 x c.
struct GlobalAveragePool {};

/// Active in training only.
struct Dropout {
    double rate = 0.5;
};

/// `.weight` [out][in], `.bias` [out]; reads a 1 x 1 x n map.
struct Dense {
    std::int64_t out_features = 2;
};

/// Class probabilities from logits.
struct Softmax {};

using LayerKind =
    std::variant<Conv2d, BatchNorm, Relu, MaxPool2d, GlobalAveragePool, Dropout, Dense, Softmax>;

/// For std::visit without a default branch: a new kind must fail to compile until handled.
template <typename... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

struct Layer {
    std::string name;  ///< unique, dotted: "stem.conv", "cell2.bn", "classifier"
    LayerKind kind;
    Shape input;
    Shape output;
};

/// A tensor that a layer learns or tracks.
struct ParameterSpec {
    std::string name;  ///< "<layer>.weight"
    std::vector<std::int64_t> shape;
    bool trainable = true;  ///< false: running statistics
};

/// A chain of layers: each reads what the one before it wrote.
struct Network {
    Shape input;
    std::vector<Layer> layers;

    Shape output() const { return layers.empty() ? input : layers.back().output; }
    std::int64_t classes() const { return output().channels; }

    /// Appends a layer, working out its shapes. Throws NetworkError when they do not meet.
    Network& add(std::string name, LayerKind kind);
};

bool operator==(const Network& a, const Network& b);

/// "Conv2d", "BatchNorm", ...
std::string kind_name(const LayerKind& kind);

/// Output shape of one layer. Throws NetworkError when it cannot read `input`.
Shape output_shape(const LayerKind& kind, const Shape& input, const std::string& name);

/// The tensors of one layer, and of all layers in order; empty for layers without any.
std::vector<ParameterSpec> parameters(const Layer& layer);
std::vector<ParameterSpec> parameters(const Network& network);

/// Multiply-accumulates of one layer for one image: convolutions (border taps counted, as the
/// published searches do) and dense layers; all others 0.
std::int64_t macc(const Layer& layer);
std::int64_t macc(const Network& network);

}  // namespace nanonas::space
