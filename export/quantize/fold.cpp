#include "export/quantize/fold.hpp"

#include <cmath>

#include "space/errors.hpp"

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

class Folder {
  public:
    explicit Folder(const space::TrainedNetwork& trained) : trained_(trained) {
        folded_.input = trained.network.input;
        folded_.preprocess = trained.preprocess;
    }

    FoldedNetwork run() {
        for (const Node& layer : trained_.network.nodes) {
            if (ended_) {
                refuse(layer.name, "follows the softmax, which must be the last layer");
            }
            std::visit([&](const auto& kind) { take(layer, kind); }, layer.op);
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
    const Tensor& tensor(const Node& layer, const char* suffix) const {
        return trained_.weights.at(layer.name + suffix);
    }

    /// The layer that `layer` can still be merged into.
    FoldedLinear& last_linear(const Node& layer) {
        auto* linear =
            folded_.layers.empty() ? nullptr : std::get_if<FoldedLinear>(&folded_.layers.back());
        if (linear == nullptr) {
            refuse(layer.name, "a " + space::op_name(layer.op) +
                                   " can be exported only after a convolution or dense layer");
        }
        return *linear;
    }

    void take(const Node& layer, const space::Conv2d& conv) {
        FoldedLinear linear{layer.name,  false,        false, conv.kernel,
                            layer.input, layer.output, {},    {}};
        const std::int64_t in = layer.input.channels;
        const std::int64_t area = conv.kernel * conv.kernel;
        const std::vector<float>& source = tensor(layer, ".weight").values;
        linear.weights.resize(source.size());
        for (std::int64_t o = 0; o < conv.out_channels; ++o) {
            for (std::int64_t i = 0; i < in; ++i) {
                for (std::int64_t tap = 0; tap < area; ++tap) {
                    linear.weights[size((o * area + tap) * in + i)] =
                        source[size((o * in + i) * area + tap)];
                }
            }
        }
        linear.bias = conv.bias ? tensor(layer, ".bias").values
                                : std::vector<float>(size(conv.out_channels), 0.0F);
        folded_.layers.emplace_back(std::move(linear));
    }

    void take(const Node& layer, const space::Dense&) {
        folded_.layers.emplace_back(FoldedLinear{layer.name, true, false, 1, layer.input,
                                                 layer.output, tensor(layer, ".weight").values,
                                                 tensor(layer, ".bias").values});
    }

    void take(const Node& layer, const space::BatchNorm& norm) {
        FoldedLinear& linear = last_linear(layer);
        if (linear.relu) {
            refuse(layer.name, "a batch norm after a ReLU cannot be folded");
        }
        const std::vector<float>& gamma = tensor(layer, ".weight").values;
        const std::vector<float>& beta = tensor(layer, ".bias").values;
        const std::vector<float>& mean = tensor(layer, ".running_mean").values;
        const std::vector<float>& variance = tensor(layer, ".running_var").values;
        const std::size_t taps = size(linear.taps());
        for (std::size_t o = 0; o < gamma.size(); ++o) {
            const double factor = static_cast<double>(gamma[o]) /
                                  std::sqrt(static_cast<double>(variance[o]) + norm.epsilon);
            for (std::size_t tap = 0; tap < taps; ++tap) {
                float& weight = linear.weights[o * taps + tap];
                weight = static_cast<float>(static_cast<double>(weight) * factor);
            }
            const double centred =
                static_cast<double>(linear.bias[o]) - static_cast<double>(mean[o]);
            linear.bias[o] = static_cast<float>(centred * factor + static_cast<double>(beta[o]));
        }
    }

    void take(const Node& layer, const space::Relu&) { last_linear(layer).relu = true; }

    void take(const Node& layer, const space::MaxPool2d& pool) {
        folded_.layers.emplace_back(
            FoldedMaxPool{layer.name, pool.size, layer.input, layer.output});
    }

    void take(const Node& layer, const space::GlobalAveragePool&) {
        folded_.layers.emplace_back(FoldedAveragePool{layer.name, layer.input, layer.output});
    }

    void take(const Node&, const space::Dropout&) {}

    void take(const Node&, const space::Softmax&) { ended_ = true; }

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

    const space::TrainedNetwork& trained_;
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
