#include "export/int8/calibrate.hpp"

#include <algorithm>

#include "export/int8/calibrate_histogram.hpp"
#include "export/int8/calibrate_score.hpp"
#include "export/int8/calibrate_trials.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/op/ops.hpp"
#include "export/int8/power.hpp"
#include "export/int8/quantize.hpp"
#include "export/int8/round_linear.hpp"
#include "export/simd/float_interpreter.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kTrialImages = 256;
constexpr std::int64_t kFewestTrialImages = 16;
constexpr std::int64_t kTrialBytes = std::int64_t{64} << 20;

using Map = std::vector<std::int8_t>;

/// Histograms of one thread, for the linear layers.
struct Counter {
    Counter(const FloatNetwork& network, const std::vector<Range>& ranges) : interpreter(network) {
        for (const Range& range : ranges) {
            histograms.emplace_back(range);
        }
    }
    simd::FloatInterpreter interpreter;
    std::vector<Histogram> histograms;
};

/// The calibration of one network on one set of rows.
class Calibrator {
  public:
    Calibrator(const FloatNetwork& network, const space::ImageView& images,
               const std::vector<std::int64_t>& rows, const CalibrateOptions& options,
               const std::function<void(double)>& progress, const std::atomic<bool>* stop)
        : network_(network),
          images_(images),
          rows_(rows),
          options_(options),
          threads_(static_cast<std::size_t>(std::max(options.threads, 1))),
          progress_(progress),
          stop_(stop) {}

    Calibration run() {
        result_.images = static_cast<std::int64_t>(rows_.size());
        result_.ranges = observe_ranges(network_, images_, rows_, options_.threads);
        const bool counted =
            std::any_of(options_.methods.begin(), options_.methods.end(), [](RangeMethod method) {
                return method == RangeMethod::kPercentile || method == RangeMethod::kMse;
            });
        if (counted) {
            count();
        }
        choose_trial_rows();
        start_maps();
        params_ = {input_params(network_.preprocess)};
        for (std::size_t i = 0; i < nodes().size(); ++i) {
            step_ = i;
            const space::Node& node = nodes()[i];
            params_.push_back(is_linear(node.op)
                                  ? choose(i, linear_of(network_, node), in_of(node).front())
                                  : round_as_it_is(node));
            release_maps();
        }
        return std::move(result_);
    }

  private:
    const std::vector<space::Node>& nodes() const { return network_.network.nodes; }

    void report(double of_step) const {
        if (progress_) {
            progress_((static_cast<double>(step_) + of_step) / static_cast<double>(nodes().size()));
        }
    }

    void count() {
        std::vector<Counter> counters(threads_, Counter(network_, result_.ranges));
        for_each_index(
            static_cast<std::int64_t>(rows_.size()), options_.threads,
            [&](std::size_t worker, std::int64_t index) {
                Counter& counter = counters[worker];
                counter.interpreter.run(images_.image(rows_[static_cast<std::size_t>(index)]));
                for (std::size_t i = 0; i < nodes().size(); ++i) {
                    if (is_linear(nodes()[i].op)) {
                        for (const float value : counter.interpreter.activation(i)) {
                            counter.histograms[i].add(value);
                        }
                    }
                }
            },
            {}, stop_);
        histograms_ = std::move(counters.front().histograms);
        for (std::size_t other = 1; other < counters.size(); ++other) {
            for (std::size_t i = 0; i < histograms_.size(); ++i) {
                histograms_[i].merge(counters[other].histograms[i]);
            }
        }
    }

    /// Evenly spaced, few enough for their maps to stay small.
    void choose_trial_rows() {
        std::int64_t largest = network_.network.input.elements();
        for (const space::Node& node : nodes()) {
            largest = std::max(largest, node.output.elements());
        }
        const std::int64_t affordable = std::max(kFewestTrialImages, kTrialBytes / (2 * largest));
        const auto all = static_cast<std::int64_t>(rows_.size());
        const std::int64_t count = std::min({all, kTrialImages, affordable});
        for (std::int64_t i = 0; i < count; ++i) {
            trial_rows_.push_back(rows_[static_cast<std::size_t>(i * all / count)]);
        }
        result_.trial_images = count;
    }

    void start_maps() {
        maps_.resize(trial_rows_.size());
        for (std::size_t i = 0; i < maps_.size(); ++i) {
            const std::uint8_t* pixels = images_.image(trial_rows_[i]);
            maps_[i].resize(nodes().size() + 1);
            Map& input = maps_[i].front();
            input.resize(static_cast<std::size_t>(network_.network.input.elements()));
            std::transform(pixels, pixels + input.size(), input.begin(), [](std::uint8_t pixel) {
                return static_cast<std::int8_t>(pixel - 128);
            });
        }
        last_reader_.resize(nodes().size() + 1, 0);
        for (std::size_t i = 0; i < nodes().size(); ++i) {
            for (const space::Value value : nodes()[i].inputs) {
                last_reader_[value] = i;
            }
        }
    }

    /// Those that no layer behind this one reads.
    void release_maps() {
        for (std::vector<Map>& maps : maps_) {
            for (const space::Value value : nodes()[step_].inputs) {
                if (last_reader_[value] == step_) {
                    maps[value] = Map();
                }
            }
        }
    }

    /// Parameters of the values that a layer reads.
    std::vector<QuantParams> in_of(const space::Node& node) const {
        std::vector<QuantParams> in;
        for (const space::Value value : node.inputs) {
            in.push_back(params_[value]);
        }
        return in;
    }

    /// A layer without weights: at the range that was seen, or at what it reads.
    QuantParams round_as_it_is(const space::Node& node) {
        const std::vector<QuantParams> in = in_of(node);
        const RoundedNode rounded = int8_op(node).round(network_, node, result_.ranges[step_], in);
        const Int8Layer layer{node, rounded.constants, in.front(), rounded.out, in.back()};
        advance([&](const std::vector<const Map*>& inputs, Map& output) {
            run_int8_layer(layer, inputs, output);
        });
        return rounded.out;
    }

    /// The maps of all trial images through one layer.
    template <typename Layer>
    void advance(const Layer& layer) {
        const auto size = static_cast<std::size_t>(nodes()[step_].output.elements());
        for_each_index(
            static_cast<std::int64_t>(maps_.size()), options_.threads,
            [&](std::size_t, std::int64_t index) {
                std::vector<Map>& maps = maps_[static_cast<std::size_t>(index)];
                std::vector<const Map*> inputs;
                for (const space::Value value : nodes()[step_].inputs) {
                    inputs.push_back(&maps[value]);
                }
                Map output(size);
                layer(inputs, output);
                maps[step_ + 1] = std::move(output);
            },
            {}, stop_);
    }

    /// The map of a trial image that a linear layer reads.
    const Map& read_by(std::size_t image, std::size_t layer) const {
        return maps_[image][nodes()[layer].inputs.front()];
    }

    Range range_by(RangeMethod method, std::size_t layer) const {
        switch (method) {
            case RangeMethod::kMinMax:
            case RangeMethod::kScore:  // where it looks at the scores: range_by_score()
                return result_.ranges[layer];
            case RangeMethod::kPercentile:
                return percentile_range(histograms_[layer], options_.percentile);
            case RangeMethod::kMse:
                return least_error_range(histograms_[layer]);
        }
        return result_.ranges[layer];
    }

    /// Tries each method on layer `index`, keeps the best and moves the maps on.
    QuantParams choose(std::size_t index, const FloatLinear& layer, const QuantParams& in) {
        LayerCalibration calibration;
        calibration.name = layer.name;
        calibration.layer = index;
        std::vector<RoundedNode> candidates;
        for (const RangeMethod method : options_.methods) {
            Trial trial;
            trial.method = method;
            trial.range = method == RangeMethod::kScore && decides_scores(network_, index)
                              ? range_by_score(index, layer, in)
                              : range_by(method, index);
            candidates.push_back(round_linear(layer, trial.range, in));
            calibration.trials.push_back(trial);
        }
        measure(index, candidates, in, calibration.trials);
        const auto best =
            std::min_element(calibration.trials.begin(), calibration.trials.end(),
                             [](const Trial& a, const Trial& b) { return a.error < b.error; });
        calibration.chosen = best->method;
        result_.ranges[index] = best->range;
        const std::vector<RoundedNode> chosen = {
            candidates[static_cast<std::size_t>(best - calibration.trials.begin())]};
        result_.layers.push_back(std::move(calibration));
        const RangeTrials through(nodes()[step_], chosen, in);
        advance([&](const std::vector<const Map*>& inputs, Map& output) {
            through.run(*inputs.front(), [&](std::size_t, const Map& made) { output = made; });
        });
        return chosen.front().out;
    }

    /// The range whose int8 output leaves the class probabilities nearest to float's.
    Range range_by_score(std::size_t index, const FloatLinear& layer, const QuantParams& in) {
        const std::vector<Range> ranges = score_ranges(result_.ranges[index]);
        std::vector<RoundedNode> candidates;
        for (const Range& range : ranges) {
            candidates.push_back(round_linear(layer, range, in));
        }
        const RangeTrials trials(nodes()[step_], candidates, in);
        std::vector<ScoreTail> tails(threads_, ScoreTail(network_, index));
        std::vector<std::vector<double>> changes(maps_.size());
        for_each_index(
            static_cast<std::int64_t>(maps_.size()), options_.threads,
            [&](std::size_t worker, std::int64_t image) {
                const auto at = static_cast<std::size_t>(image);
                ScoreTail& tail = tails[worker];
                tail.expect(images_.image(trial_rows_[at]));
                trials.run(read_by(at, index), [&](std::size_t i, const Map& output) {
                    changes[at].push_back(tail.change(output, candidates[i].out));
                });
            },
            {}, stop_);
        std::vector<double> totals(ranges.size(), 0.0);
        for (const std::vector<double>& image : changes) {
            std::transform(image.begin(), image.end(), totals.begin(), totals.begin(),
                           std::plus<>());
        }
        const auto best = std::min_element(totals.begin(), totals.end());
        return ranges[static_cast<std::size_t>(best - totals.begin())];
    }

    /// Power per image first, summed in their order: the threads leave no trace.
    void measure(std::size_t index, const std::vector<RoundedNode>& candidates,
                 const QuantParams& in, std::vector<Trial>& trials) {
        const RangeTrials tried(nodes()[step_], candidates, in);
        std::vector<simd::FloatInterpreter> exact(threads_, simd::FloatInterpreter(network_));
        std::vector<std::vector<Power>> powers(maps_.size(), std::vector<Power>(candidates.size()));
        for_each_index(
            static_cast<std::int64_t>(maps_.size()), options_.threads,
            [&](std::size_t worker, std::int64_t image) {
                const auto at = static_cast<std::size_t>(image);
                exact[worker].run(images_.image(trial_rows_[at]), index + 1);
                tried.run(read_by(at, index), [&](std::size_t i, const Map& output) {
                    powers[at][i] =
                        power(exact[worker].activation(index), output, candidates[i].out);
                });
            },
            [&](double fraction) { report(fraction); }, stop_);
        for (std::size_t i = 0; i < trials.size(); ++i) {
            Power sum;
            for (const std::vector<Power>& image : powers) {
                sum += image[i];
            }
            trials[i].error = sum.error;
            trials[i].sqnr_db = sqnr_db(sum);
        }
    }

    const FloatNetwork& network_;
    const space::ImageView& images_;
    const std::vector<std::int64_t>& rows_;
    const CalibrateOptions& options_;
    std::size_t threads_;
    const std::function<void(double)>& progress_;
    const std::atomic<bool>* stop_;
    std::size_t step_ = 0;
    std::vector<Histogram> histograms_;
    std::vector<std::int64_t> trial_rows_;
    std::vector<std::vector<Map>> maps_;    ///< of each trial image, by value
    std::vector<QuantParams> params_;       ///< by value
    std::vector<std::size_t> last_reader_;  ///< of each value
    Calibration result_;
};

}  // namespace

Calibration calibrate(const FloatNetwork& network, const space::ImageView& images,
                      const std::vector<std::int64_t>& rows, const CalibrateOptions& options,
                      const std::function<void(double)>& progress, const std::atomic<bool>* stop) {
    if (options.methods.empty()) {
        throw ConfigError("calibration needs a method");
    }
    if (!(options.percentile >= 50.0 && options.percentile <= 100.0)) {
        throw ConfigError("calibration percentile must be in [50, 100]");
    }
    return Calibrator(network, images, rows, options, progress, stop).run();
}

}  // namespace nanonas::exporting
