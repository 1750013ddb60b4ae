// A Network as LibTorch modules. Inside train/engine only: brings LibTorch's headers.
#pragma once

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/pooling.h>

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "space/network.hpp"

namespace nanonas::train {

/// A tensor a module owns, under the name space::parameters gives it.
struct NamedTensor {
    std::string name;
    at::Tensor tensor;
    bool trainable = true;
    bool decays = false;  ///< convolution and dense weights
};

/// Activations are [size][channels][height][width] throughout, vectors being 1 x 1 maps.
class StockModules {
  public:
    explicit StockModules(const space::Network& network);

    /// Logits [size][classes]: all layers but the closing Softmax.
    at::Tensor forward(const at::Tensor& input, bool training, std::uint64_t dropout_seed);

    const std::vector<NamedTensor>& tensors() const { return tensors_; }

  private:
    struct SeededDropout {
        double rate;
        std::size_t layer;
    };
    /// Behind padding that LibTorch's module cannot hold: other sizes before and behind the map.
    struct PaddedConv {
        torch::nn::Conv2d conv;
        std::vector<std::int64_t> padding;  ///< left, right, top, bottom
    };
    struct ClosingSoftmax {};
    struct ChannelFactor {
        at::Tensor factor;
    };
    struct ChannelShift {
        at::Tensor shift;
    };
    struct Unchanged {};
    struct Sum {
        std::size_t other;  ///< the second value that it reads
    };
    struct Zeros {
        std::vector<std::int64_t> padding;  ///< left, right, top, bottom
    };
    /// Windows over a map with what LibTorch calls padding made part of it.
    struct WindowPool {
        std::vector<std::int64_t> sides, strides, padding;
        at::Tensor shares;  ///< [height][width] area over the pixels on the map; undefined: maxima
    };
    using Module = std::variant<torch::nn::Conv2d, torch::nn::BatchNorm2d, torch::nn::ReLU,
                                torch::nn::MaxPool2d, torch::nn::AdaptiveAvgPool2d, SeededDropout,
                                torch::nn::Linear, ClosingSoftmax, ChannelFactor, ChannelShift,
                                Unchanged, PaddedConv, Sum, Zeros, WindowPool>;

    void own(const std::string& name, const at::Tensor& tensor, bool trainable, bool decays);
    Module make(const space::Node& layer, std::size_t index);
    static WindowPool make_pool(const space::Node& layer, bool maximum);
    at::Tensor run(Module& module, const at::Tensor& x, const std::vector<at::Tensor>& values,
                   bool training, std::uint64_t dropout_seed);
    Module make_conv(const space::Node& layer, std::int64_t groups, bool bias);

    std::vector<Module> modules_;
    std::vector<space::Value> inputs_;            ///< that each module reads first
    std::vector<space::Activation> activations_;  ///< behind each module
    std::vector<NamedTensor> tensors_;
};

}  // namespace nanonas::train
