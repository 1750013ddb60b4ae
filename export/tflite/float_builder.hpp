// The float graph in the making: what operators (op/) append to it.
#pragma once

#include <string>
#include <vector>

#include "export/tflite/tflite_graph.hpp"
#include "export/writer.hpp"
#include "space/network.hpp"

namespace nanonas::exporting {

TfliteTensor float_tensor(const std::string& name, std::vector<std::int32_t> shape);

class TfliteFloatBuilder {
  public:
    TfliteFloatBuilder(TfliteGraph& graph, Precision precision, std::int32_t value)
        : graph_(graph), precision_(precision), value_(value), written_{value} {}

    /// What the node written next reads: its first value is the builder's.
    void begin(const std::vector<space::Value>& inputs);
    /// What was added last is what the node writes.
    void end() { written_.push_back(value_); }

    /// Whether weights are int8 for TFLite's hybrid kernels.
    bool hybrid() const { return precision_ == Precision::kDynamic; }
    /// The tensor that the next operator reads.
    std::int32_t value() const { return value_; }
    /// The second tensor that the node reads.
    std::int32_t second() const { return second_; }

    /// Index of the tensor added.
    std::int32_t constant(TfliteTensor tensor) { return graph_.add(std::move(tensor)); }
    /// A float constant, or a half-precision one and the float that a DEQUANTIZE makes of it.
    /// Throws ExportError naming the layer for a weight beyond float16.
    std::int32_t constant(TfliteTensor tensor, const std::vector<float>& values,
                          const std::string& layer);
    /// An operator of the value and constants.
    void add(TfliteOperator node, const std::vector<std::int32_t>& constants,
             const std::string& name, std::vector<std::int32_t> shape);

  private:
    TfliteGraph& graph_;
    Precision precision_;
    std::int32_t value_;
    std::int32_t second_ = 0;
    std::vector<std::int32_t> written_;  ///< by value
};

}  // namespace nanonas::exporting
