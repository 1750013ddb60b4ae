#include <cmath>
#include <cstdlib>
#include <limits>

#include "export/int8/multiplier.hpp"
#include "export/int8/op/add.hpp"
#include "export/int8/op/softmax.hpp"
#include "export/int8/ranges.hpp"
#include "export/onnx/reader/results.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

/// One layer in integers.
class Rounding {
  public:
    Rounding(const OnnxView& view, const space::Node& node, const OnnxLayer& layer,
             std::vector<QuantParams> in, const QuantParams& out)
        : view_(view), node_(node), layer_(layer), in_(std::move(in)), out_(out) {}

    Int8Constants constants() {
        std::visit([this](const auto& op) { round(op); }, node_.op);
        if (space::activation_of(node_.op) == space::Activation::kRelu) {
            result_.clamp_min = static_cast<std::int8_t>(out_.zero_point);
        }
        if (layer_.ceiling < std::numeric_limits<float>::infinity()) {
            result_.clamp_max = steps_of(layer_.ceiling, out_);
        }
        return std::move(result_);
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        view_.fail(layer_.place + ": " + what);
    }

    FixedMultiplier multiplier(double ratio) const {
        if (!(ratio >= 0.0 && ratio < 0x1p30)) {
            fail("its scales ask for a multiplication by " + std::to_string(ratio) +
                 ", expected less than 2^30");
        }
        return fixed_multiplier(ratio);
    }

    double scale_ratio_of(double count) const {
        return static_cast<double>(in_.front().scale) / (static_cast<double>(out_.scale) * count);
    }

    void round(const space::Conv2d&) { linear(false); }
    void round(const space::DepthwiseConv2d&) { linear(false); }
    void round(const space::Dense&) { linear(true); }
    void round(const space::Requantize&) { result_.multipliers = {multiplier(scale_ratio_of(1))}; }
    void round(const space::GlobalAveragePool&) {
        if (!(in_.front() == out_)) {
            const space::Shape& map = node_.input;
            result_.multipliers = {
                multiplier(scale_ratio_of(static_cast<double>(map.height * map.width)))};
        }
    }
    void round(const space::Add&) {
        const double larger = static_cast<double>(std::max(in_.front().scale, in_.back().scale));
        multiplier(larger / static_cast<double>(out_.scale));
        result_.multipliers = sum_multipliers(in_.front().scale, in_.back().scale, out_.scale);
    }
    void round(const space::Softmax&) {
        if (!(out_ == QuantParams{1.0F / 256.0F, -128})) {
            fail("a softmax written with another scale than 1/256 from 0 on");
        }
        if (node_.output.channels > kMostSoftmaxChannels) {
            fail("a softmax over " + std::to_string(node_.output.channels) +
                 " values, expected at most " + std::to_string(kMostSoftmaxChannels));
        }
        result_.multipliers = {softmax_multiplier(1.0F, in_.front().scale)};
    }
    /// Those that keep what they read.
    template <typename Operator>
    void round(const Operator&) {}

    /// [out][depth][taps] -> [out][taps][depth].
    void take_weights(std::size_t outputs) {
        const auto area = static_cast<std::size_t>(space::window_of(node_.op).area());
        const std::size_t depth = layer_.steps.size() / outputs / area;
        result_.weights.resize(layer_.steps.size());
        std::size_t from = 0;
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t i = 0; i < depth; ++i) {
                for (std::size_t tap = 0; tap < area; ++tap) {
                    result_.weights[(o * area + tap) * depth + i] = layer_.steps[from++];
                }
            }
        }
    }

    void linear(bool dense) {
        if (layer_.steps.empty()) {
            fail(
                "its weights are not quantized; a file with quantized maps needs int8 weights, "
                "symmetric, with one scale or one per output");
        }
        const std::size_t outputs = layer_.bias.size();
        result_.one_rounding = dense;
        result_.weight_scales = layer_.scales;
        take_weights(outputs);
        const bool one_scale =
            dense && std::all_of(layer_.scales.begin(), layer_.scales.end(),
                                 [&](float scale) { return scale == layer_.scales.front(); });
        const std::size_t taps = result_.weights.size() / outputs;
        for (std::size_t o = 0; o < outputs; ++o) {
            result_.multipliers.push_back(multiplier(
                scale_ratio(in_.front().scale, layer_.scales[o], out_.scale, one_scale)));
            const double bias =
                std::round(layer_.bias[o] / (static_cast<double>(in_.front().scale) *
                                             static_cast<double>(layer_.scales[o])));
            std::int64_t reach = 0;
            for (std::size_t tap = o * taps; tap < (o + 1) * taps; ++tap) {
                reach += std::abs(std::int64_t{result_.weights[tap]}) * 255;
            }
            if (!(static_cast<double>(reach) + std::abs(bias) <=
                  std::numeric_limits<std::int32_t>::max())) {
                fail("sums of output channel " + std::to_string(o) +
                     " could overflow an int32 accumulator");
            }
            result_.bias.push_back(static_cast<std::int32_t>(bias));
        }
    }

    const OnnxView& view_;
    const space::Node& node_;
    const OnnxLayer& layer_;
    std::vector<QuantParams> in_;
    QuantParams out_;
    Int8Constants result_;
};

/// A softmax in floats behind the last quantized map leaves the order of the classes.
void drop_float_softmax(OnnxLayers& layers) {
    if (std::holds_alternative<space::Softmax>(layers.network.nodes.back().op) &&
        !layers.layers.back().params) {
        layers.network.nodes.pop_back();
        layers.layers.pop_back();
    }
}

}  // namespace

Int8Network int8_of(OnnxLayers layers, const OnnxView& view) {
    if (!layers.input) {
        view.fail("its input is not quantized, but others of its maps are");
    }
    drop_float_softmax(layers);
    Int8Network result;
    result.preprocess = {layers.input->scale, layers.input->zero_point + 128};
    result.values = {*layers.input};
    const std::vector<space::Node>& nodes = layers.network.nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        std::vector<QuantParams> in;
        for (const space::Value value : nodes[i].inputs) {
            in.push_back(result.values[value]);
        }
        const OnnxLayer& layer = layers.layers[i];
        if (!layer.params && !keeps_params(nodes[i].op)) {
            view.fail(layer.place +
                      ": what it writes is not quantized; a file with quantized maps needs a "
                      "QuantizeLinear behind each operator");
        }
        const QuantParams out =
            layer.params && !keeps_params(nodes[i].op) ? *layer.params : in.front();
        result.constants.push_back(Rounding(view, nodes[i], layer, std::move(in), out).constants());
        result.values.push_back(out);
    }
    result.network = std::move(layers.network);
    return result;
}

}  // namespace nanonas::exporting
