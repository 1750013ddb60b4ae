// Seeded int8 networks that are graphs of all operators, for property tests.
#pragma once

#include "export/int8/int8_network.hpp"
#include "space/random.hpp"

namespace nanonas::testing {

/// Up to twelve operators, each of which reads any value before it, maps added, reshaped and
/// padded; then a head: a mean or a flattened map, one or two dense layers, at times a softmax.
/// `wild`: as in random_int8().
exporting::Int8Network random_graph(Rng& rng, bool wild);

/// A convolution of 630 taps in an odd number of columns, of outputs whose weights are all 127 or
/// -127 beside random ones, and one with a multiplier too small to make anything; not wild.
exporting::Int8Network deep_graph(Rng& rng);

}  // namespace nanonas::testing
