// How often each activation value occurs, and the ranges that follow from it.
#pragma once

#include <cstdint>
#include <vector>

#include "export/int8/ranges.hpp"

namespace nanonas::exporting {

/// Counts over equal bins from range.low to range.high. Zeros, which int8 holds exactly and a ReLU
/// makes in masses, are counted apart. Adding and merging are free of order.
class Histogram {
  public:
    static constexpr std::size_t kBins = 2048;

    /// `range` as observe_ranges found it: values outside it count in the outermost bins.
    explicit Histogram(const Range& range);

    void add(float value);
    /// Of the same range.
    void merge(const Histogram& other);

    const Range& range() const { return range_; }
    std::int64_t zeros() const { return zeros_; }
    std::int64_t total() const { return total_; }
    const std::vector<std::int64_t>& counts() const { return counts_; }
    double centre(std::size_t bin) const {
        return low_ + width_ * (static_cast<double>(bin) + 0.5);
    }
    /// Value at the left of a bin; the right of the last one for kBins.
    double edge(std::size_t bin) const { return low_ + width_ * static_cast<double>(bin); }

  private:
    Range range_;
    double low_;
    double width_;
    std::int64_t zeros_ = 0;
    std::int64_t total_ = 0;
    std::vector<std::int64_t> counts_;
};

/// The range that leaves at most 1 - percentile/100 of all values out at each end: few values stay
/// whole. percentile in [50, 100].
Range percentile_range(const Histogram& histogram, double percentile);

/// Sum of squared differences that rounding to int8 over `range` makes, by the bins' centres.
double rounding_error(const Histogram& histogram, const Range& range);

/// The range, inside the histogram's, whose rounding error is smallest, found one end at a time;
/// never worse than the histogram's whole range.
Range least_error_range(const Histogram& histogram);

}  // namespace nanonas::exporting
