// What writing and reading of a convolution and a dense layer have in common.
#pragma once

#include "export/float_network.hpp"
#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

/// How TFLite names and lays out the layer.
struct TfliteLinear {
    tflite::BuiltinOperator kind;
    std::int32_t int8_version, hybrid_version;
    std::vector<std::int32_t> weights, output;  ///< shapes
    bool dense = false;                         ///< one scale for all weights where it can be
    space::Window window = {};                  ///< of convolutions
    std::int32_t depth_multiplier = 0;          ///< of a depthwise convolution: outputs are last
};

void write_int8_linear(TfliteInt8Builder& builder, const Int8Layer& layer,
                       const TfliteLinear& linear);
void write_float_linear(TfliteFloatBuilder& builder, const FloatLinear& layer,
                        const TfliteLinear& linear);

/// The numbers of a layer; `weights` are [out][taps]. `scales` are one or one per output.
LayerReader::Layer read_linear(const LayerReader& reader, const OperatorView& op, space::Op kind,
                               std::vector<std::int8_t> weights, std::vector<float> scales,
                               std::int64_t outputs);

/// The window of a convolution or depthwise convolution, as its options say. Throws ExportError for
/// a dilated one, or one that space::Window cannot hold.
template <typename Options>
space::Window read_window(const OperatorView& op, const Options& options, std::int64_t height,
                          std::int64_t width) {
    const auto fail_unless = [&](bool holds, const std::string& what) {
        if (!holds) {
            op.fail(what);
        }
    };
    const std::int64_t stride_height = options.stride_h();
    const std::int64_t stride_width = options.stride_w();
    fail_unless(height >= 1 && height <= space::kLargestKernel && width >= 1 &&
                    width <= space::kLargestKernel,
                "a window of " + std::to_string(height) + "x" + std::to_string(width) +
                    ", expected sides of 1 to " + std::to_string(space::kLargestKernel));
    fail_unless(stride_height >= 1 && stride_height <= space::kLargestStride && stride_width >= 1 &&
                    stride_width <= space::kLargestStride,
                "stride " + std::to_string(stride_height) + "x" + std::to_string(stride_width) +
                    ", expected 1 to " + std::to_string(space::kLargestStride));
    fail_unless((height == 1 && width == 1) ||
                    (options.dilation_h_factor() == 1 && options.dilation_w_factor() == 1),
                "dilated, expected dilation 1x1");
    return {height, width, stride_height, stride_width,
            options.padding() == tflite::Padding::SAME ? space::Padding::kSame
                                                       : space::Padding::kValid};
}

/// Moves the last dimension, the outputs of a depthwise convolution's weights, to the front, or
/// back.
template <typename Values>
Values outputs_first(const Values& values, std::size_t outputs) {
    Values moved(values.size(), typename Values::value_type{});
    const std::size_t taps = values.size() / outputs;
    for (std::size_t i = 0; i < values.size(); ++i) {
        moved[(i % outputs) * taps + i / outputs] = values[i];
    }
    return moved;
}
template <typename Values>
Values outputs_last(const Values& values, std::size_t outputs) {
    return outputs_first(values, values.size() / outputs);
}

}  // namespace nanonas::exporting
