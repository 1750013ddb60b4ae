// The numbers of a layer as its kernel reads them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/native/graph/graph_plan.hpp"

namespace nanonas::exporting {

struct GraphNumbers {
    std::vector<std::int8_t> weights;
    bool in_pairs = false;  ///< weights go through PAIR, two by two
    std::vector<std::int32_t> bias;
    bool doubled = false;  ///< biases are, in a network that is quick
    std::vector<FixedMultiplier> multipliers;
    bool left_shifts = false;        ///< shifts are to the left, whatever those of others are
    std::vector<double> factors;     ///< of a dense layer
    std::int32_t low = 0, high = 0;  ///< of what it writes, less the zero point
    std::int32_t least = 0;          ///< smallest difference of a softmax that counts
    /// No multiplier shifts to the left and no sum leaves int32 when it is doubled.
    bool quick = true;
};

/// `<name>_weights`, `_bias`, `_multiplier`, `_factor` and `_shift`, those that there are; `quick`:
/// all of the network is.
std::string graph_tables(const std::string& name, const GraphNumbers& numbers, bool quick);

}  // namespace nanonas::exporting
