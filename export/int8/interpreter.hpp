// Int8Interpreter: the integer oracle. What it says is right, in the generated C and on the device.
#pragma once

#include <cstdint>
#include <vector>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Naive loops, no floating point. One instance per thread.
class Int8Interpreter {
  public:
    /// `network` must outlive the interpreter.
    explicit Int8Interpreter(const Int8Network& network);

    /// `pixels` [height][width][channels] raw uint8; returns the int8 logits [classes], valid until
    /// the next run.
    const std::vector<std::int8_t>& run(const std::uint8_t* pixels);

    /// Output of layer `index` in the last run, [height][width][channels].
    const std::vector<std::int8_t>& activation(std::size_t index) const;

  private:
    const Int8Network& network_;
    std::vector<std::int8_t> input_;
    std::vector<std::vector<std::int8_t>> activations_;
};

/// What a node reads, of the input and the maps of all nodes; valid as long as they.
std::vector<const std::vector<std::int8_t>*> maps_read(
    const space::Node& node, const std::vector<std::int8_t>& input,
    const std::vector<std::vector<std::int8_t>>& activations);

/// One layer alone; `output` has its output's size.
void run_int8_layer(const Int8Layer& layer,
                    const std::vector<const std::vector<std::int8_t>*>& inputs,
                    std::vector<std::int8_t>& output);
/// One that reads one map.
void run_int8_layer(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                    std::vector<std::int8_t>& output);

/// Index of the largest score; the first of equals.
std::int64_t top_class(const std::vector<std::int8_t>& scores);

}  // namespace nanonas::exporting
