// What ONNX says of each operator: a line here, both graphs in a file beside this one. An operator
// that is not here does not compile.
#pragma once

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "export/onnx/float_builder.hpp"
#include "export/onnx/int8_builder.hpp"
#include "export/onnx/reader/graph_reader.hpp"

namespace nanonas::exporting {

struct OnnxOp {
    /// Between a DequantizeLinear and a QuantizeLinear. Throws ExportError naming a layer that is
    /// not written.
    void (*write_int8)(OnnxInt8Builder& builder, const Int8Layer& layer);
    void (*write_float)(OnnxFloatBuilder& builder, const FloatNetwork& network,
                        const space::Node& node);
};

OnnxOp onnx_unwritten();

// clang-format off
OnnxOp onnx_op(const space::Conv2d&);
OnnxOp onnx_op(const space::DepthwiseConv2d&);
OnnxOp onnx_op(const space::Dense&);
OnnxOp onnx_op(const space::MaxPool2d&);
OnnxOp onnx_op(const space::GlobalAveragePool&);
OnnxOp onnx_op(const space::Add&);
inline OnnxOp onnx_op(const space::BatchNorm&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::Relu&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::Dropout&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::Softmax&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::ChannelMul&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::ChannelAdd&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::Requantize&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::Pad&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::AveragePool2d&) { return onnx_unwritten(); }
inline OnnxOp onnx_op(const space::Reshape&) { return onnx_unwritten(); }
// clang-format on

OnnxOp onnx_op(const space::Node& node);

/// Reads one operator of a file. Throws ExportError naming one that is not read.
void read_operator(GraphReader& reader, const OnnxNode& node);

// Operators of files, each in the file of ours that it becomes.
// clang-format off
void read_conv(GraphReader& reader, const OnnxNode& node);
void read_gemm(GraphReader& reader, const OnnxNode& node);
void read_mat_mul(GraphReader& reader, const OnnxNode& node);
void read_batch_norm(GraphReader& reader, const OnnxNode& node);
void read_relu(GraphReader& reader, const OnnxNode& node);
void read_clip(GraphReader& reader, const OnnxNode& node);
void read_arithmetic(GraphReader& reader, const OnnxNode& node);
void read_pad(GraphReader& reader, const OnnxNode& node);
void read_max_pool(GraphReader& reader, const OnnxNode& node);
void read_average_pool(GraphReader& reader, const OnnxNode& node);
void read_global_average_pool(GraphReader& reader, const OnnxNode& node);
void read_reduce_mean(GraphReader& reader, const OnnxNode& node);
void read_reshape(GraphReader& reader, const OnnxNode& node);
void read_transpose(GraphReader& reader, const OnnxNode& node);
void read_softmax(GraphReader& reader, const OnnxNode& node);
void read_identity(GraphReader& reader, const OnnxNode& node);
void read_constant(GraphReader& reader, const OnnxNode& node);
void read_quantize(GraphReader& reader, const OnnxNode& node);
void read_dequantize(GraphReader& reader, const OnnxNode& node);
void read_shape(GraphReader& reader, const OnnxNode& node);
void read_gather(GraphReader& reader, const OnnxNode& node);
void read_slice(GraphReader& reader, const OnnxNode& node);
void read_concat(GraphReader& reader, const OnnxNode& node);
void read_constant_of_shape(GraphReader& reader, const OnnxNode& node);
// clang-format on

/// Throws ExportError naming a layer of a kind that only imported files hold.
[[noreturn]] void refuse_unwritten(const Int8Layer& layer);

}  // namespace nanonas::exporting
