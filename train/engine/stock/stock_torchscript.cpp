#include "train/engine/stock/stock_torchscript.hpp"

#include <ATen/ops/empty.h>
#include <torch/csrc/jit/api/module.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>
#include <sstream>
#include <utility>
#include <vector>

#include "space/errors.hpp"
#include "train/engine/stock/stock_guarded.hpp"

namespace nanonas::train {

namespace {

constexpr const char* kReserved[] = {
    "False",   "None",     "True",     "and",      "as",     "assert", "async",  "await",
    "break",   "class",    "continue", "def",      "del",    "elif",   "else",   "except",
    "finally", "for",      "forward",  "from",     "global", "if",     "import", "in",
    "is",      "labels",   "lambda",   "nonlocal", "not",    "or",     "pass",   "raise",
    "return",  "training", "try",      "while",    "with",   "yield"};

bool is_attribute_name(const std::string& text) {
    const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    const auto later = [&](char c) {
        return letter(c) || c == '_' || std::isdigit(static_cast<unsigned char>(c)) != 0;
    };
    return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), later) &&
           std::find(std::begin(kReserved), std::end(kReserved), text) == std::end(kReserved);
}

[[noreturn]] void refuse(const std::string& layer, const std::string& why) {
    throw ExportError("layer '" + layer + "': " + why);
}

/// "stem.conv" as {"stem", "conv"}.
std::vector<std::string> path_of(const std::string& layer) {
    std::vector<std::string> path;
    std::size_t from = 0;
    for (std::size_t dot = 0; dot != std::string::npos; from = dot + 1) {
        dot = layer.find('.', from);
        path.push_back(layer.substr(from, dot == std::string::npos ? dot : dot - from));
        if (!is_attribute_name(path.back())) {
            refuse(layer, "its name has '" + path.back() +
                              "', which TorchScript cannot call an attribute");
        }
    }
    return path;
}

/// Modules within modules, as the dots in the layers' names say.
struct Tree {
    std::map<std::string, Tree> children;
    std::vector<std::pair<std::string, space::ParameterSpec>> tensors;  ///< by attribute
};

Tree tree_of(const space::Network& network) {
    Tree root;
    for (const space::Node& node : network.nodes) {
        const std::vector<space::ParameterSpec> specs = space::parameters(node);
        if (specs.empty()) {
            continue;
        }
        Tree* at = &root;
        for (const std::string& part : path_of(node.name)) {
            for (const auto& tensor : at->tensors) {
                if (tensor.first == part) {
                    refuse(node.name, "'" + part + "' is a tensor of another layer");
                }
            }
            at = &at->children[part];
        }
        for (const space::ParameterSpec& spec : specs) {
            const std::string attribute = spec.name.substr(node.name.size() + 1);
            if (at->children.count(attribute) > 0) {
                refuse(node.name, "its tensor '" + attribute + "' has the name of another layer");
            }
            at->tensors.emplace_back(attribute, spec);
        }
    }
    return root;
}

using Unit = std::shared_ptr<torch::jit::CompilationUnit>;

at::Tensor tensor_of(const space::Tensor& plain) {
    at::Tensor tensor = at::empty(plain.shape, at::kFloat);
    std::copy(plain.values.begin(), plain.values.end(), tensor.data_ptr<float>());
    return tensor;
}

torch::jit::Module module_of(const std::string& name, const Tree& tree,
                             const space::Weights& weights, const Unit& unit) {
    torch::jit::Module module(c10::QualifiedName(name), unit);
    module.register_attribute("training", c10::BoolType::get(), false);
    for (const auto& tensor : tree.tensors) {
        const space::ParameterSpec& spec = tensor.second;
        at::Tensor value = tensor_of(weights.at(spec.name));
        module.register_parameter(tensor.first, value.requires_grad_(spec.trainable),
                                  /*is_buffer=*/!spec.trainable);
    }
    for (const auto& child : tree.children) {
        module.register_module(child.first,
                               module_of(name + "." + child.first, child.second, weights, unit));
    }
    return module;
}

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    const std::string plain = text;
    return plain.find_first_of(".en") == std::string::npos ? plain + ".0" : plain;
}

std::string pair(std::int64_t first, std::int64_t second) {
    return "[" + std::to_string(first) + ", " + std::to_string(second) + "]";
}

/// PyTorch pads both ends alike: other padding is an operator of its own.
std::string convolution(const space::Node& node, const std::string& x, std::int64_t groups,
                        bool bias) {
    const space::Window window = space::window_of(node.op);
    const std::int64_t top = window.top(node.input), left = window.left(node.input);
    const std::int64_t bottom = window.bottom(node.input), right = window.right(node.input);
    const bool even = top == bottom && left == right;
    const std::string own = "self." + node.name;
    const std::string padded = even
                                   ? x
                                   : "torch.constant_pad_nd(" + x + ", [" + std::to_string(left) +
                                         ", " + std::to_string(right) + ", " + std::to_string(top) +
                                         ", " + std::to_string(bottom) + "], 0.)";
    return "torch.conv2d(" + padded + ", " + own + ".weight, " + (bias ? own + ".bias" : "None") +
           ", " + pair(window.stride_height, window.stride_width) + ", " +
           (even ? pair(top, left) : pair(0, 0)) + ", [1, 1], " + std::to_string(groups) + ")";
}

std::string padded_by(const std::string& x, const space::Pad& pad, const std::string& value) {
    return "torch.constant_pad_nd(" + x + ", [" + std::to_string(pad.left) + ", " +
           std::to_string(pad.right) + ", " + std::to_string(pad.top) + ", " +
           std::to_string(pad.bottom) + "], " + value + ")";
}

space::Pad padding_of(const space::Window& window, const space::Shape& map) {
    return {window.top(map), window.bottom(map), window.left(map), window.right(map)};
}

/// Padding is never the largest: the least float.
std::string largest(const space::Node& node, const std::string& x) {
    const space::Window window = space::window_of(node.op);
    return "torch.max_pool2d(" +
           padded_by(x, padding_of(window, node.input), "-3.4028234663852886e+38") + ", " +
           pair(window.height, window.width) + ", " +
           pair(window.stride_height, window.stride_width) + ", [0, 0], [1, 1], False)";
}

/// The sums of windows over the pixels that they have on the map.
std::string mean(const space::Node& node, const std::string& x) {
    const space::Window window = space::window_of(node.op);
    const auto sums = [&](const std::string& of) {
        return "torch.avg_pool2d(" + padded_by(of, padding_of(window, node.input), "0.") + ", " +
               pair(window.height, window.width) + ", " +
               pair(window.stride_height, window.stride_width) + ", [0, 0], False, True, 1)";
    };
    return sums(x) + " / " + sums("torch.ones_like(" + x + ")");
}

[[noreturn]] std::string unwritten(const space::Node& node) {
    throw ExportError("format torchscript: layer '" + node.name + "': a " +
                      space::op_name(node.op) + " is not written");
}

/// What the node makes of the value `x`, before its activation; empty: the same value.
std::string expression(const space::Node& node, const std::string& x) {
    const std::string own = "self." + node.name;
    return std::visit(
        space::Overloaded{
            [&](const space::Conv2d& conv) { return convolution(node, x, 1, conv.bias); },
            [&](const space::DepthwiseConv2d& conv) {
                return convolution(node, x, node.input.channels, conv.bias);
            },
            [&](const space::BatchNorm& norm) {
                return "torch.batch_norm(" + x + ", " + own + ".weight, " + own + ".bias, " + own +
                       ".running_mean, " + own + ".running_var, self.training, " +
                       number(norm.momentum) + ", " + number(norm.epsilon) + ", True)";
            },
            [&](const space::Relu&) { return "torch.relu(" + x + ")"; },
            [&](const space::MaxPool2d& pool) {
                if (!pool.tiles()) {
                    return largest(node, x);
                }
                return "torch.max_pool2d(" + x + ", " + pair(pool.size, pool.size) + ", " +
                       pair(pool.size, pool.size) + ", [0, 0], [1, 1], False)";
            },
            [&](const space::GlobalAveragePool&) {
                return "torch.adaptive_avg_pool2d(" + x + ", [1, 1])";
            },
            [&](const space::Dropout& dropout) {
                return "torch.dropout(" + x + ", " + number(dropout.rate) + ", self.training)";
            },
            [&](const space::Dense&) {
                return "torch.unsqueeze(torch.unsqueeze(torch.linear(torch.flatten(" + x +
                       ", 1), " + own + ".weight, " + own + ".bias), 2), 3)";
            },
            [](const space::Softmax&) { return std::string(); },
            [&](const space::ChannelMul&) {
                return x + " * torch.reshape(" + own + ".weight, [1, -1, 1, 1])";
            },
            [&](const space::ChannelAdd&) {
                return x + " + torch.reshape(" + own + ".bias, [1, -1, 1, 1])";
            },
            [](const space::Requantize&) { return std::string(); },
            [&](const space::Add&) { return x + " + v" + std::to_string(node.inputs.back()); },
            [&](const space::Pad& pad) { return padded_by(x, pad, "0."); },
            [&](const space::AveragePool2d&) { return mean(node, x); },
            [&](const space::Reshape&) { return unwritten(node); },
        },
        node.op);
}

/// Types are numbers in the language of TorchScript: c10::ScalarType's.
std::string forward_text(const space::TrainedNetwork& trained) {
    const space::Network& network = trained.network;
    const space::Shape& in = network.input;
    std::ostringstream text;
    text << "def forward(self, image):\n"
         << "    good = image.dtype == " << static_cast<int>(at::kByte)
         << " and image.dim() == 4 and image.size(1) == " << in.channels
         << " and image.size(2) == " << in.height << " and image.size(3) == " << in.width << "\n"
         << "    assert good, \"expected raw pixels: uint8 [images, " << in.channels << ", "
         << in.height << ", " << in.width << "]\"\n"
         << "    v0 = (torch.to(image, " << static_cast<int>(at::kFloat) << ") - "
         << number(trained.preprocess.mean) << ") * "
         << number(static_cast<double>(trained.preprocess.scale)) << "\n";
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const space::Node& node = network.nodes[i];
        const bool last = i + 1 == network.nodes.size();
        if (std::holds_alternative<space::Softmax>(node.op) && !last) {
            refuse(node.name, "a Softmax is written nowhere but last, where it is left out");
        }
        const std::string x = "v" + std::to_string(node.inputs.at(0));
        std::string made = expression(node, x);
        made = made.empty() ? x : made;
        if (space::activation_of(node.op) == space::Activation::kRelu) {
            made = "torch.relu(" + made + ")";
        }
        text << "    v" << i + 1 << " = " << made << "\n";
    }
    text << "    return torch.flatten(v" << network.nodes.size() << ", 1)\n";
    return text.str();
}

}  // namespace

std::string stock_torchscript(const space::TrainedNetwork& trained,
                              const std::map<std::string, std::string>& extra_files) {
    space::check_weights(trained.network, trained.weights);
    const Tree tree = tree_of(trained.network);
    const std::string forward = forward_text(trained);
    return stock_guarded([&] {
        const auto unit = std::make_shared<torch::jit::CompilationUnit>();
        torch::jit::Module module = module_of("__torch__.nanonas", tree, trained.weights, unit);
        c10::List<std::string> labels;
        for (const std::string& label : trained.labels) {
            labels.push_back(label);
        }
        module.register_attribute("labels", c10::ListType::ofStrings(), labels);
        module.define(forward);
        std::ostringstream file;
        module.save(file, {extra_files.begin(), extra_files.end()});
        return file.str();
    });
}

}  // namespace nanonas::train
