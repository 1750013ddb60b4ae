// Activation ranges by one of several methods, or by the best of them for each layer.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/ranges.hpp"
#include "space/images.hpp"

namespace nanonas::exporting {

/// How a layer's range is found on the calibration images.
enum class RangeMethod {
    kMinMax,      ///< smallest and largest value
    kPercentile,  ///< all but a share of the values at each end
    kMse,         ///< least squared rounding error
    kScore,       ///< least change of the class probabilities (quantize/calibrate_score.hpp)
};

/// "minmax", "percentile", "mse", "score".
std::string to_string(RangeMethod method);

/// Which methods look for the ranges.
struct CalibrateOptions {
    /// One for all layers, or those each layer takes the best of; not empty.
    std::vector<RangeMethod> methods = {RangeMethod::kMinMax};
    double percentile = 99.99;  ///< [50, 100]
    int threads = 1;
};

/// "minmax", "percentile", "mse", "score", or "auto": the first three. Throws ConfigError naming
/// them.
std::vector<RangeMethod> parse_calibration(const std::string& text);
/// "minmax", "percentile", "mse", "score", "auto".
std::vector<std::string> calibration_names();

/// What a method makes of a layer whose input is already rounded as chosen before.
struct Trial {
    RangeMethod method = RangeMethod::kMinMax;
    Range range;
    double error = 0.0;  ///< sum of squared (int8 - float) over the layer's outputs
    /// 10 log10(signal power / error power); infinite without error.
    double sqnr_db = 0.0;
};

/// A convolution or dense layer; pools keep the parameters of their input, sums of maps have the
/// range that was seen.
struct LayerCalibration {
    std::string name;
    std::size_t layer = 0;  ///< in the float network
    RangeMethod chosen = RangeMethod::kMinMax;
    std::vector<Trial> trials;  ///< in the order of the methods asked for
};

/// The ranges of all layers, and how each was chosen.
struct Calibration {
    std::vector<Range> ranges;  ///< per layer of the float network, for quantize()
    std::vector<LayerCalibration> layers;
    std::int64_t images = 0;        ///< that set the ranges
    std::int64_t trial_images = 0;  ///< of them, that the errors were measured on
};

/// Layers in network order, each with the integer arithmetic of the int8 network on a spread of the
/// rows against float; the method of least error, the first of equals, is chosen. Memory: a
/// histogram per layer and thread, and one layer's int8 maps of at most 256 images (64 MiB at most
/// unless 16 images take more). The same for any number of threads.
/// Throws as observe_ranges() and quantize() do; Interrupted when `stop` becomes true.
Calibration calibrate(const FloatNetwork& network, const space::ImageView& images,
                      const std::vector<std::int64_t>& rows, const CalibrateOptions& options,
                      const std::function<void(double fraction)>& progress = {},
                      const std::atomic<bool>* stop = nullptr);

}  // namespace nanonas::exporting
