#include "train/engine/stock/stock_modules.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "space/errors.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::train {

namespace {

at::Tensor normalize(torch::nn::BatchNorm2d& norm, const at::Tensor& x, bool training) {
    if (training && x.size(0) * x.size(2) * x.size(3) == 1) {
        return at::batch_norm(x, norm->weight, norm->bias, at::Tensor(), at::Tensor(),
                              /*training=*/true, 0.0, norm->options.eps(), false);
    }
    norm->train(training);
    return norm->forward(x);
}

at::Tensor drop(const at::Tensor& x, double rate, std::size_t layer, std::uint64_t seed) {
    std::vector<float> mask = dropout_mask(seed, layer, rate, x.size(0), x.numel() / x.size(0));
    return x * at::from_blob(mask.data(), x.sizes(), at::kFloat).clone();
}

[[noreturn]] void refuse(const space::Node& layer, const std::string& why) {
    throw NetworkError("layer '" + layer.name + "': " + why);
}

[[noreturn]] void untrained(const space::Node& layer) {
    refuse(layer, "a " + space::op_name(layer.op) + " is not trained, only run from int8 files");
}

}  // namespace

StockModules::StockModules(const space::Network& network) {
    for (std::size_t index = 0; index < network.nodes.size(); ++index) {
        modules_.push_back(make(network.nodes[index], index));
        inputs_.push_back(network.nodes[index].inputs.front());
        activations_.push_back(space::activation_of(network.nodes[index].op));
    }
}

void StockModules::own(const std::string& name, const at::Tensor& tensor, bool trainable,
                       bool decays) {
    tensors_.push_back({name, tensor, trainable, decays});
}

StockModules::Module StockModules::make_conv(const space::Node& layer, std::int64_t groups,
                                             bool bias) {
    const space::Window window = space::window_of(layer.op);
    const std::int64_t top = window.top(layer.input), left = window.left(layer.input);
    const std::int64_t bottom = window.bottom(layer.input), right = window.right(layer.input);
    const bool even = top == bottom && left == right;
    auto options = torch::nn::Conv2dOptions(layer.input.channels, layer.output.channels,
                                            {window.height, window.width})
                       .stride({window.stride_height, window.stride_width})
                       .groups(groups)
                       .bias(bias);
    if (even) {
        options.padding({top, left});
    }
    torch::nn::Conv2d module(options);
    own(layer.name + ".weight", module->weight, true, true);
    if (bias) {
        own(layer.name + ".bias", module->bias, true, false);
    }
    if (even) {
        return module;
    }
    return PaddedConv{module, {left, right, top, bottom}};
}

StockModules::WindowPool StockModules::make_pool(const space::Node& layer, bool maximum) {
    const space::Window window = space::window_of(layer.op);
    const std::int64_t top = window.top(layer.input), left = window.left(layer.input);
    WindowPool pool{{window.height, window.width},
                    {window.stride_height, window.stride_width},
                    {left, window.right(layer.input), top, window.bottom(layer.input)},
                    {}};
    if (maximum) {
        return pool;
    }
    pool.shares = torch::empty({layer.output.height, layer.output.width});
    const auto on_map = [](std::int64_t first, std::int64_t side, std::int64_t map) {
        return std::min(map, first + side) - std::max<std::int64_t>(0, first);
    };
    for (std::int64_t y = 0; y < layer.output.height; ++y) {
        for (std::int64_t x = 0; x < layer.output.width; ++x) {
            const std::int64_t pixels =
                on_map(y * window.stride_height - top, window.height, layer.input.height) *
                on_map(x * window.stride_width - left, window.width, layer.input.width);
            pool.shares[y][x] = static_cast<double>(window.area()) / static_cast<double>(pixels);
        }
    }
    return pool;
}

StockModules::Module StockModules::make(const space::Node& layer, std::size_t index) {
    const std::int64_t in = layer.input.channels;
    return std::visit(
        space::Overloaded{
            [&](const space::Conv2d& conv) -> Module { return make_conv(layer, 1, conv.bias); },
            [&](const space::DepthwiseConv2d& conv) -> Module {
                return make_conv(layer, in, conv.bias);
            },
            [&](const space::BatchNorm& norm) -> Module {
                torch::nn::BatchNorm2d module(
                    torch::nn::BatchNormOptions(in).eps(norm.epsilon).momentum(norm.momentum));
                own(layer.name + ".weight", module->weight, true, false);
                own(layer.name + ".bias", module->bias, true, false);
                own(layer.name + ".running_mean", module->running_mean, false, false);
                own(layer.name + ".running_var", module->running_var, false, false);
                return module;
            },
            [](const space::Relu&) -> Module { return torch::nn::ReLU(); },
            [&](const space::MaxPool2d& pool) -> Module {
                if (!pool.tiles()) {
                    return make_pool(layer, true);
                }
                return torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(pool.size));
            },
            [](const space::GlobalAveragePool&) -> Module {
                return torch::nn::AdaptiveAvgPool2d(torch::nn::AdaptiveAvgPool2dOptions(1));
            },
            [&](const space::Dropout& dropout) -> Module {
                return SeededDropout{dropout.rate, index};
            },
            [&](const space::Dense& dense) -> Module {
                torch::nn::Linear module(torch::nn::LinearOptions(in, dense.out_features));
                own(layer.name + ".weight", module->weight, true, true);
                own(layer.name + ".bias", module->bias, true, false);
                return module;
            },
            [](const space::Softmax&) -> Module { return ClosingSoftmax{}; },
            [&](const space::ChannelMul&) -> Module {
                ChannelFactor module{torch::ones({in})};
                own(layer.name + ".weight", module.factor.requires_grad_(), true, false);
                return module;
            },
            [&](const space::ChannelAdd&) -> Module {
                ChannelShift module{torch::zeros({in})};
                own(layer.name + ".bias", module.shift.requires_grad_(), true, false);
                return module;
            },
            [](const space::Requantize&) -> Module { return Unchanged{}; },
            [&](const space::Add&) -> Module { return Sum{layer.inputs.back()}; },
            [](const space::Pad& pad) -> Module {
                return Zeros{{pad.left, pad.right, pad.top, pad.bottom}};
            },
            [&](const space::AveragePool2d&) -> Module { return make_pool(layer, false); },
            [&](const space::Reshape&) -> Module { untrained(layer); },
        },
        layer.op);
}

at::Tensor StockModules::run(Module& module, const at::Tensor& x,
                             const std::vector<at::Tensor>& values, bool training,
                             std::uint64_t dropout_seed) {
    return std::visit(
        space::Overloaded{
            [&](torch::nn::Conv2d& conv) { return conv->forward(x); },
            [&](PaddedConv& one) { return one.conv->forward(at::constant_pad_nd(x, one.padding)); },
            [&](torch::nn::BatchNorm2d& norm) { return normalize(norm, x, training); },
            [&](torch::nn::ReLU& relu) { return relu->forward(x); },
            [&](torch::nn::MaxPool2d& pool) { return pool->forward(x); },
            [&](torch::nn::AdaptiveAvgPool2d& pool) { return pool->forward(x); },
            [&](const SeededDropout& dropout) {
                return training && dropout.rate > 0.0
                           ? drop(x, dropout.rate, dropout.layer, dropout_seed)
                           : x;
            },
            [&](torch::nn::Linear& dense) {
                const at::Tensor out = dense->forward(x.flatten(1));
                return out.unsqueeze(2).unsqueeze(3);
            },
            [&](const ClosingSoftmax&) { return x; },
            [&](const ChannelFactor& one) {
                return x * one.factor.view({1, -1, 1, 1});
            },
            [&](const ChannelShift& one) {
                return x + one.shift.view({1, -1, 1, 1});
            },
            [&](const Unchanged&) { return x; },
            [&](const Sum& sum) { return x + values[sum.other]; },
            [&](const Zeros& zeros) { return at::constant_pad_nd(x, zeros.padding); },
            [&](const WindowPool& pool) {
                if (pool.shares.defined()) {
                    return at::avg_pool2d(at::constant_pad_nd(x, pool.padding), pool.sides,
                                          pool.strides) *
                           pool.shares;
                }
                // What lies beside the map is never the largest.
                constexpr double kLeast = -std::numeric_limits<double>::infinity();
                return at::max_pool2d(at::constant_pad_nd(x, pool.padding, kLeast), pool.sides,
                                      pool.strides);
            },
        },
        module);
}

at::Tensor StockModules::forward(const at::Tensor& input, bool training,
                                 std::uint64_t dropout_seed) {
    std::vector<at::Tensor> values{input};
    for (std::size_t index = 0; index < modules_.size(); ++index) {
        at::Tensor out =
            run(modules_[index], values[inputs_[index]], values, training, dropout_seed);
        values.push_back(activations_[index] == space::Activation::kRelu ? at::relu(out)
                                                                         : std::move(out));
    }
    return values.back().flatten(1);
}

}  // namespace nanonas::train
