// The `tflm` runtimes: TensorFlow Lite Micro on a 32-bit core, running the .tflite we write or one
// that is there already.
#pragma once

#include <optional>
#include <utility>

#include "export/tflite/tflm/arena.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting {

enum class TflmKernels { kCmsisNn, kReference };

/// A .tflite of whatever origin.
struct TflmFile {
    tflm::Graph graph;
    std::int64_t bytes = 0;
};

/// RAM is the smallest tensor arena that works, static data and stack; flash is the .tflite file
/// and the runtime that reads it (docs/tflm.md).
class TflmCostModel final : public space::CostModel {
  public:
    explicit TflmCostModel(space::Device device = {}, TflmKernels kernels = TflmKernels::kCmsisNn)
        : device_(std::move(device)), kernels_(kernels) {}
    /// Arena and flash are those of `file`, the network in it tells only MACC and layers.
    TflmCostModel(space::Device device, TflmKernels kernels, TflmFile file)
        : device_(std::move(device)), kernels_(kernels), file_(std::move(file)) {}
    std::string name() const override;
    std::string basis() const override;
    /// Throws NetworkError when a layer cannot be written as a TFLite operator.
    space::CostReport cost(const space::Network& network) const override;

  private:
    space::Device device_;
    TflmKernels kernels_;
    std::optional<TflmFile> file_;
};

/// The arena of a network on a core; an empty core: the largest of Cortex-M0+ to M33. Throws
/// NetworkError.
tflm::Arena tflm_arena(const space::Network& network, TflmKernels kernels,
                       const std::string& core = {});

}  // namespace nanonas::exporting
