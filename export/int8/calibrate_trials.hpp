// One int8 layer with several output ranges, which share the sums that cost time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "export/int8/op/ops.hpp"
#include "export/simd/int8_sums.hpp"

namespace nanonas::exporting {

/// `candidates` are of one node, with the same weights, and must outlive it. For any number of
/// threads.
class RangeTrials {
  public:
    RangeTrials(const space::Node& node, const std::vector<RoundedNode>& candidates,
                const QuantParams& in)
        : sums_of_({node, candidates.front().constants, in, candidates.front().out}) {
        for (const RoundedNode& candidate : candidates) {
            layers_.push_back({node, candidate.constants, in, candidate.out});
            roundings_.emplace_back(layers_.back());
        }
    }

    /// Calls done(index, output) for each candidate, in their order.
    template <typename Done>
    void run(const std::vector<std::int8_t>& input, const Done& done) const {
        std::vector<std::int16_t> padded;
        std::vector<std::int32_t> sums;
        sums_of_.run(input, padded, sums);
        std::vector<std::int8_t> output(
            static_cast<std::size_t>(layers_.front().node.output.elements()));
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            roundings_[i].run(layers_[i], sums, output);
            done(i, output);
        }
    }

  private:
    simd::Int8Sums sums_of_;
    std::vector<Int8Layer> layers_;
    std::vector<simd::Int8Rounding> roundings_;
};

}  // namespace nanonas::exporting
