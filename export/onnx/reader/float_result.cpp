#include <limits>

#include "export/onnx/reader/results.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

FloatNetwork float_of(OnnxLayers layers, const OnnxView& view, const space::Preprocess& pixels) {
    FloatNetwork result;
    result.preprocess = pixels;
    if (std::holds_alternative<space::Softmax>(layers.network.nodes.back().op)) {
        layers.network.nodes.pop_back();
        layers.layers.pop_back();
    }
    for (std::size_t i = 0; i < layers.layers.size(); ++i) {
        const space::Node& node = layers.network.nodes[i];
        OnnxLayer& layer = layers.layers[i];
        for (const space::ParameterSpec& spec : space::parameters(node)) {
            const bool weights = spec.name == node.name + ".weight";
            result.weights[spec.name] = {
                spec.shape, weights ? std::move(layer.weights)
                                    : std::vector<float>(layer.bias.begin(), layer.bias.end())};
        }
        if (layer.ceiling < std::numeric_limits<float>::infinity()) {
            result.ceilings[node.name] = layer.ceiling;
        }
    }
    result.network = std::move(layers.network);
    try {
        check_float(result);
    } catch (const NetworkError& error) {
        view.fail(error.what());
    } catch (const ExportError& error) {
        view.fail(error.what());
    }
    return result;
}

}  // namespace nanonas::exporting
