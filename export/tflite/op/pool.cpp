#include "export/tflite/op/pool.hpp"

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

/// Nothing that flows is below zero.
bool flows_from_relu(const LayerReader& reader) {
    for (std::size_t i = reader.network().constants.size(); i-- > 0;) {
        const Int8Constants& constants = reader.network().constants[i];
        const space::Op& op = reader.network().network.nodes[i].op;
        const bool mean = std::holds_alternative<space::GlobalAveragePool>(op);
        if (std::holds_alternative<space::MaxPool2d>(op) ||
            (mean && constants.multipliers.empty())) {
            continue;
        }
        return !mean && !std::holds_alternative<space::Softmax>(op) &&
               constants.clamp_min >= reader.params().zero_point;
    }
    return false;
}

}  // namespace

bool read_pool_relu(const LayerReader& reader, const OperatorView& op,
                    const tflite::Pool2DOptions& options) {
    const TensorView output = op.output();
    output.expect_type(tflite::TensorType::INT8);
    reader.expect_same_params(output);
    return op.relu(options.fused_activation_function());
}

void clamp_pool(LayerReader& reader, const std::string& pool) {
    if (flows_from_relu(reader)) {
        return;  // neither the largest of a window nor its mean is below the least
    }
    LayerReader::Layer layer{reader.unique(pool + ".relu"), space::Relu{}};
    layer.constants.multipliers = {fixed_multiplier(1.0)};
    layer.constants.clamp_min = static_cast<std::int8_t>(reader.params().zero_point);
    layer.out = reader.params();
    reader.push(std::move(layer));
}

}  // namespace nanonas::exporting
