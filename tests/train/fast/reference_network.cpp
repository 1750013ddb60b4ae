#include "tests/train/fast/reference_network.hpp"

#include <stdexcept>

namespace nanonas::train::lanes::reference {

namespace {

Values values_of(const space::Weights& weights, const std::string& name) {
    const std::vector<float>& floats = weights.at(name).values;
    return {floats.begin(), floats.end()};
}

Images masked(const Images& images, const std::vector<float>& mask) {
    Images out = images;
    for (std::size_t i = 0; i < mask.size(); ++i) {
        out.values[i] *= static_cast<double>(mask[i]);
    }
    return out;
}

/// The fast engine has no kernels for it.
[[noreturn]] void never() {
    throw std::logic_error("no reference for this operator");
}

}  // namespace

std::map<std::string, Values> network_gradients(const space::Network& network,
                                                const space::Weights& weights, const Images& input,
                                                const std::vector<std::int32_t>& labels,
                                                const std::vector<float>& mask, double smoothing) {
    std::vector<Images> values{input};
    for (const space::Node& layer : network.nodes) {
        Images x = values[layer.inputs.front()];
        const auto tensor = [&](const char* suffix) {
            return values_of(weights, layer.name + suffix);
        };
        std::visit(
            space::Overloaded{
                [&](const space::Conv2d& conv) {
                    const Values none(static_cast<std::size_t>(conv.out_channels));
                    x = convolution(x, tensor(".weight"), conv.bias ? tensor(".bias") : none,
                                    {conv.window(), 0});
                },
                [&](const space::DepthwiseConv2d& conv) {
                    const Values none(static_cast<std::size_t>(layer.output.channels));
                    x = convolution(x, tensor(".weight"), conv.bias ? tensor(".bias") : none,
                                    {conv.window(), static_cast<Index>(conv.multiplier)});
                },
                [&](const space::BatchNorm& norm) {
                    x = batch_norm(x, batch_statistics(x), norm.epsilon, tensor(".weight"),
                                   tensor(".bias"));
                },
                [&](const space::Relu&) { x = relu(x); },
                [&](const space::MaxPool2d& pool) { x = max_pool(x, pool.window()); },
                [&](const space::AveragePool2d& pool) { x = mean_pool(x, pool.window()); },
                [&](const space::Add&) { x = sum(x, values[layer.inputs.back()]); },
                [&](const space::Pad& padding) {
                    x = pad(x, static_cast<Index>(padding.top), static_cast<Index>(padding.left),
                            static_cast<Index>(layer.output.height),
                            static_cast<Index>(layer.output.width));
                },
                [&](const space::GlobalAveragePool&) { x = average(x); },
                [&](const space::Dropout&) { x = masked(x, mask); },
                [&](const space::Dense&) { x = dense(x, tensor(".weight"), tensor(".bias")); },
                [&](const space::Softmax&) {},
                [](const space::ChannelMul&) { never(); },
                [](const space::ChannelAdd&) { never(); },
                [](const space::Requantize&) { never(); },
                [](const space::Reshape&) { never(); },
            },
            layer.op);
        values.push_back(std::move(x));
    }
    std::map<std::string, Values> gradients;
    // The sum of what a value's readers give.
    std::vector<Images> of_values(values.size());
    const auto give = [&](space::Value value, const Images& part) {
        Images& whole = of_values[value];
        whole = whole.values.empty() ? part : sum(whole, part);
    };
    cross_entropy(values.back(), labels, smoothing, of_values.back());
    for (std::size_t i = network.nodes.size(); i-- > 0;) {
        const space::Node& layer = network.nodes[i];
        const Images& in = values[layer.inputs.front()];
        Images g = of_values[i + 1];
        const Values w = weights.count(layer.name + ".weight") == 0
                             ? Values{}
                             : values_of(weights, layer.name + ".weight");
        const auto backward = [&](const Filter& filter) {
            gradients[layer.name + ".weight"] = convolution_weight_gradient(in, g, filter);
            g = convolution_input_gradient(in, g, w, filter);
        };
        std::visit(
            space::Overloaded{
                [&](const space::Conv2d& conv) {
                    backward({conv.window(), 0});
                },
                [&](const space::DepthwiseConv2d& conv) {
                    backward({conv.window(), static_cast<Index>(conv.multiplier)});
                },
                [&](const space::BatchNorm& norm) {
                    g = batch_norm_gradient(in, g, batch_statistics(in), norm.epsilon, w,
                                            gradients[layer.name + ".weight"],
                                            gradients[layer.name + ".bias"]);
                },
                [&](const space::Relu&) { g = relu_gradient(relu(in), g); },
                [&](const space::MaxPool2d& pool) { g = max_pool_gradient(in, g, pool.window()); },
                [&](const space::AveragePool2d& pool) {
                    g = mean_pool_gradient(in, g, pool.window());
                },
                [&](const space::Add&) { give(layer.inputs.back(), g); },
                [&](const space::Pad& padding) {
                    g = pad_gradient(in, g, static_cast<Index>(padding.top),
                                     static_cast<Index>(padding.left));
                },
                [&](const space::GlobalAveragePool&) {
                    g = average_gradient(g, in.height, in.width);
                },
                [&](const space::Dropout&) { g = masked(g, mask); },
                [&](const space::Dense&) {
                    Values& dw = gradients[layer.name + ".weight"];
                    Values& db = gradients[layer.name + ".bias"];
                    dw.assign(w.size(), 0.0);
                    db.assign(static_cast<std::size_t>(g.channels), 0.0);
                    Images df(in.images, in.channels, 1, 1);
                    for (Index n = 0; n < in.images; ++n) {
                        for (Index k = 0; k < g.channels; ++k) {
                            db[static_cast<std::size_t>(k)] += g.at(n, k);
                            for (Index c = 0; c < in.channels; ++c) {
                                const auto at = static_cast<std::size_t>(k * in.channels + c);
                                dw[at] += g.at(n, k) * in.at(n, c);
                                df.at(n, c) += g.at(n, k) * w[at];
                            }
                        }
                    }
                    g = df;
                },
                [&](const space::Softmax&) {},
                [](const space::ChannelMul&) { never(); },
                [](const space::ChannelAdd&) { never(); },
                [](const space::Requantize&) { never(); },
                [](const space::Reshape&) { never(); },
            },
            layer.op);
        give(layer.inputs.front(), g);
    }
    return gradients;
}

}  // namespace nanonas::train::lanes::reference
