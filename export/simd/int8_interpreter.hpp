// Int8Interpreter with vectors: the same bytes, many times faster. For whoever runs many images.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting::simd {

/// As exporting::Int8Interpreter, which defines what it returns. One instance per thread; copies
/// share what the layers were packed into.
class Int8Interpreter {
  public:
    /// `network` must outlive the interpreter.
    explicit Int8Interpreter(const Int8Network& network);

    const std::vector<std::int8_t>& run(const std::uint8_t* pixels);
    const std::vector<std::int8_t>& activation(std::size_t index) const {
        return activations_.at(index);
    }

    /// Free for what a layer needs between its input and its output.
    struct Scratch {
        std::vector<std::int16_t> padded;
        std::vector<std::int32_t> sums;
    };

    /// A layer in vectors.
    struct Step {
        virtual ~Step() = default;
        virtual void run(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                         Scratch& scratch, std::vector<std::int8_t>& output) const = 0;
    };

  private:
    const Int8Network& network_;
    std::vector<std::shared_ptr<const Step>> steps_;  ///< per layer; null: the naive loop
    std::vector<std::int8_t> input_;
    Scratch scratch_;
    std::vector<std::vector<std::int8_t>> activations_;
};

}  // namespace nanonas::exporting::simd
