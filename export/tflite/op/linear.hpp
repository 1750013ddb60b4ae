// What writing and reading of a convolution and a dense layer have in common.
#pragma once

#include "export/float_network.hpp"
#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"

namespace nanonas::exporting {

/// How TFLite names and lays out the layer.
struct TfliteLinear {
    tflite::BuiltinOperator kind;
    std::int32_t int8_version, hybrid_version;
    std::vector<std::int32_t> weights, output;  ///< shapes
    bool dense = false;                         ///< one scale for all weights where it can be
};

void write_int8_linear(TfliteInt8Builder& builder, const Int8Layer& layer,
                       const TfliteLinear& linear);
void write_float_linear(TfliteFloatBuilder& builder, const FloatLinear& layer,
                        const TfliteLinear& linear);

/// The numbers of a layer of so many outputs.
LayerReader::Layer read_linear(const LayerReader& reader, const OperatorView& op, space::Op kind,
                               const TensorView& weights, std::int64_t outputs);

}  // namespace nanonas::exporting
