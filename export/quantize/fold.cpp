#include "export/quantize/fold.hpp"

#include <cmath>

#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting {

namespace {

using space::Node;
using space::Overloaded;
using space::Tensor;

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
    throw ExportError("layer '" + name + "': " + why);
}

/// Lowered nodes as folded layers.
class Folder {
  public:
    explicit Folder(const space::TrainedNetwork& trained)
        : network_(trained.network), weights_(trained.weights) {
        space::lower(network_, &weights_);
        folded_.input = network_.input;
        folded_.preprocess = trained.preprocess;
    }

    FoldedNetwork run() {
        for (const Node& node : network_.nodes) {
            if (ended_) {
                refuse(node.name, "follows the softmax, which must be the last layer");
            }
            std::visit([&](const auto& op) { take(node, op); }, node.op);
        }
        if (folded_.layers.empty()) {
            throw ExportError("the network has no layer to export");
        }
        for (const FoldedLayer& layer : folded_.layers) {
            check_finite(layer);
        }
        return std::move(folded_);
    }

  private:
    const Tensor& tensor(const Node& node, const char* suffix) const {
        return weights_.at(node.name + suffix);
    }

    static bool relu(space::Activation activation) {
        return activation == space::Activation::kRelu;
    }

    void take(const Node& node, const space::Conv2d& conv) {
        FoldedLinear linear{
            node.name, false, relu(conv.activation), conv.kernel, node.input, node.output, {}, {}};
        const std::int64_t in = node.input.channels;
        const std::int64_t area = conv.kernel * conv.kernel;
        const std::vector<float>& source = tensor(node, ".weight").values;
        linear.weights.resize(source.size());
        for (std::int64_t o = 0; o < conv.out_channels; ++o) {
            for (std::int64_t i = 0; i < in; ++i) {
                for (std::int64_t tap = 0; tap < area; ++tap) {
                    linear.weights[size((o * area + tap) * in + i)] =
                        source[size((o * in + i) * area + tap)];
                }
            }
        }
        linear.bias = conv.bias ? tensor(node, ".bias").values
                                : std::vector<float>(size(conv.out_channels), 0.0F);
        folded_.layers.emplace_back(std::move(linear));
    }

    void take(const Node& node, const space::Dense& dense) {
        folded_.layers.emplace_back(
            FoldedLinear{node.name, true, relu(dense.activation), 1, node.input, node.output,
                         tensor(node, ".weight").values, tensor(node, ".bias").values});
    }

    void take(const Node& node, const space::MaxPool2d& pool) {
        folded_.layers.emplace_back(FoldedMaxPool{node.name, pool.size, node.input, node.output});
    }

    void take(const Node& node, const space::GlobalAveragePool&) {
        folded_.layers.emplace_back(FoldedAveragePool{node.name, node.input, node.output});
    }

    void take(const Node&, const space::Softmax&) { ended_ = true; }

    // What lower() left over.
    void take(const Node& node, const space::BatchNorm&) { refuse_alone(node); }
    void take(const Node& node, const space::Relu&) { refuse_alone(node); }
    void take(const Node& node, const space::Dropout&) { refuse_alone(node); }

    static void refuse_alone(const Node& node) {
        refuse(node.name, "a " + space::op_name(node.op) +
                              " can be exported only right after a convolution or dense layer");
    }

    static void check_finite(const FoldedLayer& layer) {
        const auto* linear = std::get_if<FoldedLinear>(&layer);
        if (linear == nullptr) {
            return;
        }
        for (const auto* values : {&linear->weights, &linear->bias}) {
            for (const float value : *values) {
                if (!std::isfinite(value)) {
                    refuse(linear->name, "a weight is not finite once batch norm is folded in");
                }
            }
        }
    }

    space::Network network_;
    space::Weights weights_;
    FoldedNetwork folded_;
    bool ended_ = false;
};

}  // namespace

const std::string& name_of(const FoldedLayer& layer) {
    return std::visit([](const auto& kind) -> const std::string& { return kind.name; }, layer);
}

const space::Shape& output_of(const FoldedLayer& layer) {
    return std::visit([](const auto& kind) -> const space::Shape& { return kind.output; }, layer);
}

FoldedNetwork fold(const space::TrainedNetwork& trained) {
    space::check_weights(trained.network, trained.weights);
    return Folder(trained).run();
}

}  // namespace nanonas::exporting
