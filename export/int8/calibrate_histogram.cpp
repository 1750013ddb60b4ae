#include "export/int8/calibrate_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace nanonas::exporting {

namespace {

// Candidate ends, as shares of the observed one: finer than the error can tell apart.
constexpr int kShares = 256;
// An end is tried below a quarter of itself only in a further round, from where it then is.
constexpr int kLeastShare = kShares / 4;
constexpr int kRounds = 4;
// Smaller than any step of a layer; only keeps the step of an empty range from being 0.
constexpr float kNoStep = 1e-30F;

Range scaled(const Range& range, double low_share, double high_share) {
    return {static_cast<float>(static_cast<double>(range.low) * low_share),
            static_cast<float>(static_cast<double>(range.high) * high_share)};
}

/// The best range so far.
struct Best {
    const Histogram& histogram;
    Range range;
    double error;

    bool offer(const Range& candidate) {
        const double candidate_error = rounding_error(histogram, candidate);
        if (!(candidate_error < error)) {
            return false;
        }
        range = candidate;
        error = candidate_error;
        return true;
    }
};

}  // namespace

Histogram::Histogram(const Range& range)
    : range_(range),
      low_(static_cast<double>(range.low)),
      width_((static_cast<double>(range.high) - low_) / static_cast<double>(kBins)),
      counts_(kBins, 0) {}

void Histogram::add(float value) {
    ++total_;
    if (value == 0.0F || !(width_ > 0.0)) {
        ++zeros_;
        return;
    }
    const double bin = (static_cast<double>(value) - low_) / width_;
    constexpr auto kLast = static_cast<double>(kBins - 1);
    ++counts_[static_cast<std::size_t>(std::clamp(bin, 0.0, kLast))];
}

void Histogram::merge(const Histogram& other) {
    zeros_ += other.zeros_;
    total_ += other.total_;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        counts_[bin] += other.counts_[bin];
    }
}

Range percentile_range(const Histogram& histogram, double percentile) {
    const double share = (100.0 - percentile) / 100.0;
    const auto allowed = static_cast<std::int64_t>(share * static_cast<double>(histogram.total()));
    const std::vector<std::int64_t>& counts = histogram.counts();
    Range range = histogram.range();
    std::int64_t outside = 0;
    for (std::size_t bin = Histogram::kBins; bin > 0 && histogram.edge(bin) > 0.0; --bin) {
        range.high = bin == Histogram::kBins ? histogram.range().high
                                             : static_cast<float>(histogram.edge(bin));
        outside += counts[bin - 1];
        if (outside > allowed) {
            break;
        }
    }
    outside = 0;
    for (std::size_t bin = 0; bin < Histogram::kBins && histogram.edge(bin) < 0.0; ++bin) {
        range.low = bin == 0 ? histogram.range().low : static_cast<float>(histogram.edge(bin));
        outside += counts[bin];
        if (outside > allowed) {
            break;
        }
    }
    return range;
}

double rounding_error(const Histogram& histogram, const Range& range) {
    const QuantParams params = params_of(range, kNoStep);
    const double scale = static_cast<double>(params.scale);
    const double zero = params.zero_point;
    double error = 0.0;
    for (std::size_t bin = 0; bin < Histogram::kBins; ++bin) {
        const std::int64_t count = histogram.counts()[bin];
        if (count > 0) {
            const double value = histogram.centre(bin);
            const double q = std::clamp(std::nearbyint(value / scale) + zero, -128.0, 127.0);
            const double off = scale * (q - zero) - value;
            error += static_cast<double>(count) * off * off;
        }
    }
    return error;
}

Range least_error_range(const Histogram& histogram) {
    const Range whole = histogram.range();
    Best best{histogram, whole, rounding_error(histogram, whole)};
    for (int share = kShares - 1; share >= kLeastShare; --share) {
        const double both = static_cast<double>(share) / kShares;
        best.offer(scaled(whole, both, both));
    }
    for (int round = 0; round < kRounds; ++round) {
        bool better = false;
        for (const bool high : {true, false}) {
            const Range from = best.range;
            // Wider again too: the ends depend on each other.
            for (int share = 2 * kShares; share >= kLeastShare; --share) {
                const double one = static_cast<double>(share) / kShares;
                Range candidate = high ? scaled(from, 1.0, one) : scaled(from, one, 1.0);
                candidate = {std::max(candidate.low, whole.low),
                             std::min(candidate.high, whole.high)};
                better = best.offer(candidate) || better;
            }
        }
        if (!better) {
            break;
        }
    }
    return best.range;
}

}  // namespace nanonas::exporting
