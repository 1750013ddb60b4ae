// What the generated C says of each operator: a line here, the rest in a file beside this one. An
// operator that is not here does not compile. How the stages run is the text in templates/, what
// its code takes on each core is measured in code_sizes.cpp and latency.cpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "export/native/c_model.hpp"
#include "export/native/c_numbers.hpp"
#include "export/native/latency.hpp"
#include "export/native/streaming_planner.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting {

/// The tables of all nodes, in order.
struct CTables {
    const CModel& model;
    const CNumbers& numbers;
    std::size_t stage = 0;  ///< the next
    std::string text = {};
};

/// The price of all nodes, in order.
struct NativeBill {
    const StreamingPlan& plan;
    std::size_t stage = 0;  ///< the next
    std::vector<space::CostItem> flash = {};
    Work work = {};
};

struct NativeOp {
    /// What of the plan the node needs. Throws NetworkError naming it where it cannot run.
    std::function<void(StreamingPlanner& planner, const space::Node& node)> plan;
    /// Whether there is a kernel for the layer, in the right place of a network.
    bool (*has_kernel)(const Int8Layer& layer);
    /// Throws ExportError for numbers that the kernel cannot hold.
    void (*check)(const Int8Layer& layer);
    void (*tables)(CTables& tables, const Int8Layer& layer);
    /// Tables in flash, and instructions.
    void (*charge)(NativeBill& bill, const space::Node& node);
};

/// Of an operator that runs as a part of another.
NativeOp native_only_behind(const char* before);
/// Of an operator without a kernel.
NativeOp native_without_kernel();

// clang-format off
NativeOp native_op(const space::Conv2d&);
NativeOp native_op(const space::DepthwiseConv2d&);
NativeOp native_op(const space::MaxPool2d&);
NativeOp native_op(const space::GlobalAveragePool&);
NativeOp native_op(const space::Dense&);
inline NativeOp native_op(const space::BatchNorm&) { return native_only_behind("a convolution"); }
inline NativeOp native_op(const space::Relu&) { return native_only_behind("a convolution"); }
inline NativeOp native_op(const space::Dropout&) { return native_only_behind("what it is dropped with"); }
inline NativeOp native_op(const space::Softmax&) { return native_only_behind("all others"); }
inline NativeOp native_op(const space::ChannelMul&) { return native_without_kernel(); }
inline NativeOp native_op(const space::ChannelAdd&) { return native_without_kernel(); }
inline NativeOp native_op(const space::Requantize&) { return native_without_kernel(); }
inline NativeOp native_op(const space::Add&) { return native_without_kernel(); }
inline NativeOp native_op(const space::Pad&) { return native_without_kernel(); }
inline NativeOp native_op(const space::AveragePool2d&) { return native_without_kernel(); }
inline NativeOp native_op(const space::Reshape&) { return native_without_kernel(); }
// clang-format on

NativeOp native_op(const space::Node& node);

/// Throws ExportError "C source: layer 'x': why".
[[noreturn]] void refuse_c_layer(const std::string& layer, const std::string& why);
/// Answers of operators that always have a kernel, and of those without tables.
bool always_kernel(const Int8Layer& layer);
void no_tables(CTables& tables, const Int8Layer& layer);
void no_charge(NativeBill& bill, const space::Node& node);
/// NativeOp::check of a pool.
void check_same_params(const Int8Layer& layer);

}  // namespace nanonas::exporting
