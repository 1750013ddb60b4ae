// The `tflm` runtime: TensorFlow Lite Micro with CMSIS-NN kernels on a 32-bit core.
#pragma once

#include <utility>

#include "space/cost/cost_model.hpp"

namespace nanonas::space {

/// RAM is the smallest working tensor arena, static data and stack; flash is the .tflite file and
/// the runtime that reads it.
class TflmCostModel final : public CostModel {
  public:
    explicit TflmCostModel(Device device = {}) : device_(std::move(device)) {}
    std::string name() const override { return "tflm"; }
    std::string basis() const override;
    /// Throws NetworkError when a batch norm or ReLU follows no convolution it can be folded into,
    /// or a softmax is not the last layer.
    CostReport cost(const Network& network) const override;

  private:
    Device device_;
};

}  // namespace nanonas::space
