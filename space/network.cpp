#include "space/network.hpp"

#include <algorithm>
#include <utility>

#include "space/errors.hpp"

namespace nanonas::space {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
    throw NetworkError("layer '" + name + "': " + why);
}

bool same_kind(const LayerKind& a, const LayerKind& b) {
    if (a.index() != b.index()) {
        return false;
    }
    return std::visit(
        Overloaded{
            [&](const Conv2d& x) {
                const auto& y = std::get<Conv2d>(b);
                return x.out_channels == y.out_channels && x.kernel == y.kernel && x.bias == y.bias;
            },
            [&](const BatchNorm& x) {
                const auto& y = std::get<BatchNorm>(b);
                return x.epsilon == y.epsilon && x.momentum == y.momentum;
            },
            [&](const Relu&) { return true; },
            [&](const MaxPool2d& x) { return x.size == std::get<MaxPool2d>(b).size; },
            [&](const GlobalAveragePool&) { return true; },
            [&](const Dropout& x) { return x.rate == std::get<Dropout>(b).rate; },
            [&](const Dense& x) { return x.out_features == std::get<Dense>(b).out_features; },
            [&](const Softmax&) { return true; },
        },
        a);
}

}  // namespace

std::string kind_name(const LayerKind& kind) {
    return std::visit(Overloaded{
                          [](const Conv2d&) { return "Conv2d"; },
                          [](const BatchNorm&) { return "BatchNorm"; },
                          [](const Relu&) { return "Relu"; },
                          [](const MaxPool2d&) { return "MaxPool2d"; },
                          [](const GlobalAveragePool&) { return "GlobalAveragePool"; },
                          [](const Dropout&) { return "Dropout"; },
                          [](const Dense&) { return "Dense"; },
                          [](const Softmax&) { return "Softmax"; },
                      },
                      kind);
}

Shape output_shape(const LayerKind& kind, const Shape& input, const std::string& name) {
    return std::visit(
        Overloaded{
            [&](const Conv2d& conv) {
                if (conv.out_channels < 1) {
                    refuse(name, "needs at least one output channel");
                }
                if (conv.kernel < 1 || conv.kernel % 2 == 0) {
                    refuse(name, "needs an odd kernel");
                }
                return Shape{input.height, input.width, conv.out_channels};
            },
            [&](const BatchNorm&) { return input; },
            [&](const Relu&) { return input; },
            [&](const MaxPool2d& pool) {
                if (pool.size < 1 || input.height < pool.size || input.width < pool.size) {
                    refuse(name, "a " + to_string(input) + " map cannot be pooled by " +
                                     std::to_string(pool.size));
                }
                return Shape{input.height / pool.size, input.width / pool.size, input.channels};
            },
            [&](const GlobalAveragePool&) {
                return Shape{1, 1, input.channels};
            },
            [&](const Dropout&) { return input; },
            [&](const Dense& dense) {
                if (input.height != 1 || input.width != 1) {
                    refuse(name, "reads a 1x1xN map, not " + to_string(input));
                }
                if (dense.out_features < 1) {
                    refuse(name, "needs at least one output");
                }
                return Shape{1, 1, dense.out_features};
            },
            [&](const Softmax&) { return input; },
        },
        kind);
}

Network& Network::add(std::string name, LayerKind kind) {
    const bool taken = std::any_of(layers.begin(), layers.end(),
                                   [&](const Layer& layer) { return layer.name == name; });
    if (name.empty() || taken) {
        refuse(name, "needs a name of its own");
    }
    const Shape from = output();
    const Shape to = output_shape(kind, from, name);
    layers.push_back({std::move(name), std::move(kind), from, to});
    return *this;
}

bool operator==(const Network& a, const Network& b) {
    return a.input == b.input && std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(),
                                            b.layers.end(), [](const Layer& x, const Layer& y) {
                                                return x.name == y.name &&
                                                       same_kind(x.kind, y.kind);
                                            });
}

std::vector<ParameterSpec> parameters(const Layer& layer) {
    using Specs = std::vector<ParameterSpec>;
    const std::int64_t in = layer.input.channels;
    const auto named = [&](const char* suffix) { return layer.name + suffix; };
    return std::visit(
        Overloaded{
            [&](const Conv2d& conv) {
                Specs specs{
                    {named(".weight"), {conv.out_channels, in, conv.kernel, conv.kernel}, true}};
                if (conv.bias) {
                    specs.push_back({named(".bias"), {conv.out_channels}, true});
                }
                return specs;
            },
            [&](const BatchNorm&) {
                return Specs{{named(".weight"), {in}, true},
                             {named(".bias"), {in}, true},
                             {named(".running_mean"), {in}, false},
                             {named(".running_var"), {in}, false}};
            },
            [&](const Relu&) { return Specs{}; },
            [&](const MaxPool2d&) { return Specs{}; },
            [&](const GlobalAveragePool&) { return Specs{}; },
            [&](const Dropout&) { return Specs{}; },
            [&](const Dense& dense) {
                return Specs{{named(".weight"), {dense.out_features, in}, true},
                             {named(".bias"), {dense.out_features}, true}};
            },
            [&](const Softmax&) { return Specs{}; },
        },
        layer.kind);
}

std::vector<ParameterSpec> parameters(const Network& network) {
    std::vector<ParameterSpec> all;
    for (const Layer& layer : network.layers) {
        for (ParameterSpec& spec : parameters(layer)) {
            all.push_back(std::move(spec));
        }
    }
    return all;
}

std::int64_t macc(const Layer& layer) {
    using Count = std::int64_t;
    return std::visit(
        Overloaded{
            [&](const Conv2d& conv) {
                return layer.output.elements() * layer.input.channels * conv.kernel * conv.kernel;
            },
            [](const BatchNorm&) { return Count{0}; },
            [](const Relu&) { return Count{0}; },
            [](const MaxPool2d&) { return Count{0}; },
            [](const GlobalAveragePool&) { return Count{0}; },
            [](const Dropout&) { return Count{0}; },
            [&](const Dense& dense) { return layer.input.elements() * dense.out_features; },
            [](const Softmax&) { return Count{0}; },
        },
        layer.kind);
}

std::int64_t macc(const Network& network) {
    std::int64_t total = 0;
    for (const Layer& layer : network.layers) {
        total += macc(layer);
    }
    return total;
}

}  // namespace nanonas::space
