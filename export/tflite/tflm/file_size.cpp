#include "export/tflite/tflm/file_size.hpp"

#include "export/float_network.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/operators.hpp"
#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting::tflm {

namespace {

using Bytes = std::int64_t;

/// Where the writer aligns constants, the largest alignment in the file: whole multiples of it
/// move nothing that comes before or behind.
constexpr Bytes kConstantAlignment = 16;

struct StandIn {
    Int8Network int8;
    Bytes left_out = 0;
};

/// Zeros for a convolution or dense layer. Of the weights only so many are there that leaving out
/// the others is leaving out whole multiples of the alignment.
Int8Constants zeros(const space::Node& node, Bytes& left_out) {
    const auto outputs = static_cast<std::size_t>(node.output.channels);
    const std::vector<std::int64_t> shape = space::parameters(node).front().shape;
    Bytes weights = 1;
    for (const std::int64_t side : shape) {
        weights *= side;
    }
    const Bytes kept = (weights - 1) % kConstantAlignment + 1;  // none at all is no constant
    left_out += weights - kept;
    Int8Constants constants;
    constants.weights.resize(static_cast<std::size_t>(kept));
    constants.bias.resize(outputs);
    constants.weight_scales.assign(outputs, 1.0F);
    if (space::activation_of(node.op) == space::Activation::kRelu) {
        constants.clamp_min = 0;
    }
    return constants;
}

/// An int8 network with the shapes and names of a real one.
StandIn stand_in_for(const space::Network& network, const std::vector<std::string>& labels) {
    operators_of(network);  // throws for what is not written
    StandIn result;
    Int8Network& int8 = result.int8;
    int8.network = network;
    space::lower(int8.network);
    int8.labels = labels;
    int8.values.assign(int8.network.nodes.size() + 1, QuantParams{1.0F, 0});
    for (const space::Node& node : int8.network.nodes) {
        int8.constants.push_back(is_linear(node.op) ? zeros(node, result.left_out)
                                                    : Int8Constants{});
    }
    return result;
}

}  // namespace

std::int64_t file_bytes(const space::Network& network, const std::vector<std::string>& labels) {
    const StandIn stand_in = stand_in_for(network, labels);
    try {
        const std::string file = tflite_model({nullptr, &stand_in.int8, {}}, {});
        return static_cast<Bytes>(file.size()) + stand_in.left_out;
    } catch (const ExportError& error) {
        throw NetworkError(error.what());
    }
}

}  // namespace nanonas::exporting::tflm
