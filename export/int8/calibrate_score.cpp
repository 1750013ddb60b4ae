#include "export/int8/calibrate_score.hpp"

#include <algorithm>
#include <cmath>

#include "export/int8/interpreter.hpp"

namespace nanonas::exporting {

namespace {

// Each about a sixth below the one before.
constexpr float kShares[] = {1.0F,  0.9F, 0.8F,  0.7F,  0.6F,  0.5F, 0.42F,  0.35F, 0.3F,
                             0.25F, 0.2F, 0.17F, 0.14F, 0.12F, 0.1F, 0.085F, 0.07F, 0.05F};

/// The first layer behind `layer` that is no pool.
std::size_t behind_pools(const FloatNetwork& network, std::size_t layer) {
    std::size_t next = layer + 1;
    while (next < network.network.nodes.size() && !is_linear(network.network.nodes[next].op)) {
        ++next;
    }
    return next;
}

/// Logarithms of the softmax.
std::vector<double> log_softmax(const std::vector<float>& scores) {
    const auto peak = static_cast<double>(*std::max_element(scores.begin(), scores.end()));
    double sum = 0.0;
    for (const float score : scores) {
        sum += std::exp(static_cast<double>(score) - peak);
    }
    std::vector<double> logs;
    for (const float score : scores) {
        logs.push_back(static_cast<double>(score) - peak - std::log(sum));
    }
    return logs;
}

}  // namespace

bool decides_scores(const FloatNetwork& network, std::size_t layer) {
    const std::size_t next = behind_pools(network, layer);
    const std::size_t end = network.network.nodes.size();
    for (std::size_t i = layer + 1; i < end; ++i) {
        if (network.network.nodes[i].inputs != std::vector<space::Value>{i}) {
            return false;
        }
    }
    return next == end || behind_pools(network, next) == end;
}

std::vector<Range> score_ranges(const Range& whole) {
    std::vector<Range> ranges;
    for (const float low : kShares) {
        for (const float high : kShares) {
            if ((whole.low != 0.0F || low == 1.0F) && (whole.high != 0.0F || high == 1.0F)) {
                ranges.push_back({whole.low * low, whole.high * high});
            }
        }
    }
    return ranges;
}

double relative_entropy(const std::vector<float>& exact, const std::vector<float>& rounded) {
    const std::vector<double> p = log_softmax(exact);
    const std::vector<double> q = log_softmax(rounded);
    double sum = 0.0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        sum += std::exp(p[i]) * (p[i] - q[i]);
    }
    return sum;
}

ScoreTail::ScoreTail(const FloatNetwork& network, std::size_t layer)
    : interpreter_(network), next_(behind_pools(network, layer)) {
    for (std::size_t i = layer + 1; i < next_; ++i) {
        pools_.push_back(network.network.nodes[i]);
    }
}

void ScoreTail::expect(const std::uint8_t* pixels) {
    exact_ = interpreter_.run(pixels);
}

double ScoreTail::change(const std::vector<std::int8_t>& output, const QuantParams& params) {
    std::vector<std::int8_t> map = output;
    const Int8Constants none;
    for (const space::Node& pool : pools_) {
        std::vector<std::int8_t> pooled(static_cast<std::size_t>(pool.output.elements()));
        run_int8_layer({pool, none, params, params}, map, pooled);
        map = std::move(pooled);
    }
    return relative_entropy(exact_, interpreter_.run_from(next_, dequantized(map, params)));
}

}  // namespace nanonas::exporting
