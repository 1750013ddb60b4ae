// The int8 layer in two halves, so that several output ranges share the one that costs time.
#pragma once

#include <cstdint>
#include <vector>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// The int32 sums of a layer, as Int8Interpreter's, all outputs of a pixel at once. They do not
/// depend on the layer's output parameters.
class LayerSums {
  public:
    explicit LayerSums(const Int8Layer& layer);

    /// `input` and `sums` are [height][width][channels].
    void run(const std::vector<std::int8_t>& input, std::vector<std::int32_t>& sums) const;

  private:
    void run_depthwise(const std::int8_t* input, std::int32_t* sums) const;

    space::Window window_;
    std::int64_t multiplier_;  ///< of a depthwise convolution; 0: all channels are summed
    space::Shape input_, output_;
    std::int32_t zero_point_;
    std::vector<std::int32_t>
        weights_;  ///< [height][width][in][out], without [in] where it is depthwise
    std::vector<std::int32_t> bias_;
};

/// The layer's int8 output from its sums.
void requantize_sums(const Int8Layer& layer, const std::vector<std::int32_t>& sums,
                     std::vector<std::int8_t>& output);

}  // namespace nanonas::exporting
