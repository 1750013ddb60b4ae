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

    /// What the node written next reads, one after another: its first value is the builder's.
    void begin(const std::vector<space::Value>& inputs);
    /// What was added last is what the node writes.
    void end() { written_.push_back({value_, params_}); }

    /// The tensor that the next operator reads, and its parameters.
    std::int32_t value() const { return value_; }
    const QuantParams& params() const { return params_; }
    /// The second tensor that the node reads.
    std::int32_t second() const { return second_; }

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
    std::int32_t second_ = 0;

    struct Written {
        std::int32_t tensor;
        QuantParams params;
    };
    std::vector<Written> written_;  ///< by value
};

/// The operator of a layer that may fuse a ReLU. Throws ExportError for a clamp that is none:
/// TFLite works it out from the parameters.
TfliteOperator clamped_operator(const Int8Layer& layer, tflite::BuiltinOperator kind,
                                std::int32_t version);
/// A constant of indices or sizes.
TfliteTensor int32_tensor(const std::string& name, std::vector<std::int32_t> shape,
                          const std::vector<std::int32_t>& values);
/// One value per channel of an int8 map, with parameters of its own.
TfliteTensor channel_tensor(const Int8Layer& layer, const std::string& suffix);

}  // namespace nanonas::exporting
