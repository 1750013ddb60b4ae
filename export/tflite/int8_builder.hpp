// The int8 graph in the making: what operators (op/) append to it.
#pragma once

#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/tflite/tflite_graph.hpp"

namespace nanonas::exporting {

TfliteTensor quantized_tensor(const std::string& name, std::vector<std::int32_t> shape,
                              tflite::TensorType type, const QuantParams& params);

class TfliteInt8Builder {
  public:
    TfliteInt8Builder(TfliteGraph& graph, std::int32_t value, const QuantParams& params)
        : graph_(graph), value_(value), params_(params) {}

    /// The tensor that the next operator reads, and its parameters.
    std::int32_t value() const { return value_; }
    const QuantParams& params() const { return params_; }

    /// Index of the tensor added.
    std::int32_t constant(TfliteTensor tensor) { return graph_.add(std::move(tensor)); }
    /// An operator of the value and constants; it writes `out`.
    void add(TfliteOperator node, const std::vector<std::int32_t>& constants,
             const std::string& name, std::vector<std::int32_t> shape, const QuantParams& out);
    /// One that keeps the parameters of what it reads.
    void add(TfliteOperator node, const std::string& name, std::vector<std::int32_t> shape);
    /// To another type or other parameters.
    void convert(tflite::BuiltinOperator kind, std::int32_t version, TfliteTensor result);

  private:
    void finish(TfliteOperator node, TfliteTensor result);

    TfliteGraph& graph_;
    std::int32_t value_;
    QuantParams params_;
};

/// Throws ExportError for a layer that only imported files hold.
[[noreturn]] void refuse_imported(const Int8Layer& layer);

}  // namespace nanonas::exporting
