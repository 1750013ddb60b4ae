// Seeded int8 networks of the (k,c) space with random numbers in every table, for property tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "space/images.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"

namespace nanonas::testing {

/// Multipliers spread the accumulators over the int8 range, so that neither clamp is everywhere.
/// `wild` adds what the quantizer avoids: no ReLU, outputs that end elsewhere than at 127 and start
/// elsewhere than at -128, multipliers of 0 and above 1.
exporting::Int8Network random_network(const space::CellSpace& cells,
                                      const space::Candidate& candidate, Rng& rng,
                                      bool wild = false);

/// The same numbers in any chain that the int8 network holds.
exporting::Int8Network random_int8(const space::Network& trained, Rng& rng, bool wild = false);

/// Numbers of a convolution or dense layer, and the parameters of what it writes.
struct RandomLinear {
    exporting::Int8Constants constants;
    exporting::QuantParams out;
};
RandomLinear random_linear_of(const space::Node& layer, const exporting::QuantParams& in, bool relu,
                              bool wild, Rng& rng);

/// A chain of one to four convolutions with random windows, strides and paddings, depthwise ones
/// among them, and with `squares` 3x3 ones, some with a pool; then a global average and a dense
/// layer.
space::Network random_windows(Rng& rng, bool squares);

struct RandomImages {
    RandomImages(const space::Shape& shape, std::int64_t count, Rng& rng);
    space::ImageView view() const;

    space::Shape shape;
    std::int64_t count;
    std::vector<std::uint8_t> pixels;
};

/// Scores by a second, independent reading of the specification: whole padded maps, pool behind
/// requantization, gemmlowp's own arithmetic.
std::vector<std::int8_t> reference_scores(const exporting::Int8Network& network,
                                          const std::uint8_t* pixels);

}  // namespace nanonas::testing
