// What TensorFlow Lite Micro's kernels ask the arena for, operator by operator.
#pragma once

#include <cstdint>
#include <vector>

#include "export/tflite/tflm/graph.hpp"
#include "export/tflite/tflm/structs.hpp"

namespace nanonas::exporting::tflm {

/// Who computes. CMSIS-NN asks for other scratch buffers on cores with the DSP extension
/// (Cortex-M4, M7, M33) and with vectors (M55) than on plain ones (M0+, M3).
enum class Kernels { kReference, kCmsisPlain, kCmsisDsp, kCmsisVector };

/// What one operator's kernel allocates.
struct KernelNeeds {
    std::int64_t params = 0;  ///< of the operator; 0: none
    std::int64_t params_alignment = 1;
    std::int64_t data = 0;  ///< from Init; 0: none
    // From Prepare.
    std::vector<std::size_t> temporaries;  ///< of Graph::tensors, each a TfLiteTensor until its end
    std::vector<std::int64_t> tables;      ///< bytes of each buffer that stays
    std::vector<std::int64_t> scratches;   ///< bytes of each buffer for the time it runs
};

/// What an operator (export/tflite/op/) tells its needs from.
struct NeedsQuery {
    const Graph& graph;
    const Node& node;
    Kernels kernels;
    const Structs& structs;

    bool cmsis() const { return kernels != Kernels::kReference; }
    const Tensor& input(std::size_t position) const { return graph.input_of(node, position); }
    const Tensor& output() const { return graph.output_of(node); }
    /// The inputs of the node and its output, in this order: what most kernels look at in Prepare.
    std::vector<std::size_t> tensors() const;
};

using Bytes = std::int64_t;
inline constexpr Bytes kInt = 4;

void append(std::vector<std::size_t>& tensors, const std::vector<std::size_t>& more);

KernelNeeds needs_of(const Graph& graph, const Node& node, Kernels kernels, const Structs& structs);

}  // namespace nanonas::exporting::tflm
