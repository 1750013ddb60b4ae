// The `tflm` runtimes: TensorFlow Lite Micro on a 32-bit core, running the .tflite we write.
#pragma once

#include <utility>

#include "space/cost/cost_model.hpp"
#include "space/cost/tflm/arena.hpp"

namespace nanonas::space {

enum class TflmKernels { kCmsisNn, kReference };

/// RAM is the smallest tensor arena that works, static data and stack; flash is the .tflite file
/// and the runtime that reads it (docs/tflm.md).
class TflmCostModel final : public CostModel {
  public:
    explicit TflmCostModel(Device device = {}, TflmKernels kernels = TflmKernels::kCmsisNn)
        : device_(std::move(device)), kernels_(kernels) {}
    std::string name() const override;
    std::string basis() const override;
    /// Throws NetworkError when a layer cannot be written as a TFLite operator.
    CostReport cost(const Network& network) const override;

  private:
    Device device_;
    TflmKernels kernels_;
};

/// The arena of a network on a core; an empty core: the largest of Cortex-M0+ to M33. Throws
/// NetworkError.
tflm::Arena tflm_arena(const Network& network, TflmKernels kernels, const std::string& core = {});

}  // namespace nanonas::space
