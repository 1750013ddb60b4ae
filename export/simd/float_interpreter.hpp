// FloatInterpreter with vectors: the same bits, many times faster. For whoever runs many images.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "export/float_network.hpp"

namespace nanonas::exporting::simd {

/// As exporting::FloatInterpreter, which defines what it returns. One instance per thread; copies
/// share what the layers were packed into.
class FloatInterpreter {
  public:
    /// `network` must outlive the interpreter.
    explicit FloatInterpreter(const FloatNetwork& network);

    const std::vector<float>& run(const std::uint8_t* pixels);
    const std::vector<float>& run(const std::uint8_t* pixels, std::size_t layers);
    const std::vector<float>& run_from(std::size_t first, const std::vector<float>& map);
    const std::vector<float>& activation(std::size_t index) const { return activations_.at(index); }

    /// A layer in vectors.
    struct Step {
        virtual ~Step() = default;
        virtual void run(const std::vector<float>& input, std::vector<float>& padded,
                         std::vector<float>& output) const = 0;
    };

  private:
    const std::vector<float>& advance(const std::vector<float>& from, std::size_t first,
                                      std::size_t end);

    const FloatNetwork& network_;
    std::vector<std::shared_ptr<const Step>> steps_;  ///< per layer; null: the naive loop
    std::vector<float> input_;
    std::vector<float> padded_;
    std::vector<std::vector<float>> activations_;
};

}  // namespace nanonas::exporting::simd
