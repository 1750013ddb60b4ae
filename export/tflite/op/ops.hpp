// What TensorFlow Lite says of each operator, ours and its own: a line here, writing, reading and
// TFLite Micro's needs in a file beside this one. An operator that is not here does not compile.
#pragma once

#include <optional>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/tflite/tflm/kernels.hpp"
#include "export/tflite/tflm/operators.hpp"

namespace nanonas::exporting {

struct FloatNetwork;
class LayerReader;
class OperatorView;
class TfliteFloatBuilder;
class TfliteInt8Builder;

/// One of space::Op: how it is written.
struct TfliteOp {
    /// Throws ExportError naming the layer for what TFLite has no int8 kernel for.
    void (*write_int8)(TfliteInt8Builder& builder, const Int8Layer& layer);
    void (*write_float)(TfliteFloatBuilder& builder, const FloatNetwork& network,
                        const space::Node& node);
    /// The operators of the file, to price them. Throws NetworkError naming what is not written.
    void (*price)(std::vector<tflm::Operator>& operators, const space::Node& node);
};

/// Of an operator that an int8 network does not hold; `price` throws.
TfliteOp tflite_unwritten(void (*price)(std::vector<tflm::Operator>& operators,
                                        const space::Node& node));
/// TfliteOp::price of those.
void no_lone_batch_norm(std::vector<tflm::Operator>& operators, const space::Node& node);
void no_lone_relu(std::vector<tflm::Operator>& operators, const space::Node& node);
void no_dropout(std::vector<tflm::Operator>& operators, const space::Node& node);
void no_softmax(std::vector<tflm::Operator>& operators, const space::Node& node);
/// TfliteOp of an operator that only int8 files hold.
TfliteOp tflite_imported(void (*write_int8)(TfliteInt8Builder& builder, const Int8Layer& layer));
/// Of one that is written from float networks, too, and not priced yet.
TfliteOp tflite_unpriced(void (*write_int8)(TfliteInt8Builder& builder, const Int8Layer& layer),
                         void (*write_float)(TfliteFloatBuilder& builder,
                                             const FloatNetwork& network, const space::Node& node));
void no_imported(std::vector<tflm::Operator>& operators, const space::Node& node);

// clang-format off
TfliteOp tflite_op(const space::Conv2d&);
TfliteOp tflite_op(const space::DepthwiseConv2d&);
TfliteOp tflite_op(const space::Dense&);
TfliteOp tflite_op(const space::MaxPool2d&);
TfliteOp tflite_op(const space::GlobalAveragePool&);
TfliteOp tflite_op(const space::Relu&);
TfliteOp tflite_op(const space::Softmax&);
TfliteOp tflite_op(const space::ChannelMul&);
TfliteOp tflite_op(const space::ChannelAdd&);
TfliteOp tflite_op(const space::Requantize&);
TfliteOp tflite_op(const space::Add&);
TfliteOp tflite_op(const space::Pad&);
TfliteOp tflite_op(const space::AveragePool2d&);
TfliteOp tflite_op(const space::Reshape&);
inline TfliteOp tflite_op(const space::BatchNorm&) { return tflite_unwritten(no_lone_batch_norm); }
inline TfliteOp tflite_op(const space::Dropout&) { return tflite_unwritten(no_dropout); }
// clang-format on

TfliteOp tflite_op(const space::Node& node);

/// One of a .tflite file, which may be another program's: how it is read and priced.
struct FileOp {
    /// Appends to the network what it computes. Throws ExportError naming the operator.
    void (*read)(LayerReader& reader, const OperatorView& op);
    std::optional<tflm::NodeKind> kind;  ///< none: not priced
};

/// Throws ExportError naming an operator that is none of them.
FileOp file_op(const OperatorView& op);

void read_conv_2d(LayerReader& reader, const OperatorView& op);
void read_depthwise_conv_2d(LayerReader& reader, const OperatorView& op);
void read_fully_connected(LayerReader& reader, const OperatorView& op);
void read_max_pool_2d(LayerReader& reader, const OperatorView& op);
void read_average_pool_2d(LayerReader& reader, const OperatorView& op);
void read_mean(LayerReader& reader, const OperatorView& op);
void read_mul(LayerReader& reader, const OperatorView& op);
void read_add(LayerReader& reader, const OperatorView& op);
void read_pad(LayerReader& reader, const OperatorView& op);
void read_relu(LayerReader& reader, const OperatorView& op);
void read_reshape(LayerReader& reader, const OperatorView& op);
void read_shape_values(LayerReader& reader, const OperatorView& op);
void read_softmax(LayerReader& reader, const OperatorView& op);
void read_quantize(LayerReader& reader, const OperatorView& op);
void read_dequantize(LayerReader& reader, const OperatorView& op);

namespace tflm {

KernelNeeds conv_2d_needs(const NeedsQuery& query);
KernelNeeds depthwise_conv_2d_needs(const NeedsQuery& query);
KernelNeeds fully_connected_needs(const NeedsQuery& query);
KernelNeeds max_pool_2d_needs(const NeedsQuery& query);
KernelNeeds average_pool_2d_needs(const NeedsQuery& query);
KernelNeeds mean_needs(const NeedsQuery& query);
KernelNeeds mul_needs(const NeedsQuery& query);
KernelNeeds add_needs(const NeedsQuery& query);
KernelNeeds pad_needs(const NeedsQuery& query);
KernelNeeds relu_needs(const NeedsQuery& query);
KernelNeeds reshape_needs(const NeedsQuery& query);
KernelNeeds softmax_needs(const NeedsQuery& query);
KernelNeeds quantize_needs(const NeedsQuery& query);
KernelNeeds dequantize_needs(const NeedsQuery& query);

}  // namespace tflm

}  // namespace nanonas::exporting
