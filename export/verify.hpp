// Float and int8 side by side on labelled images.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "space/images.hpp"
#include "space/trained_network.hpp"

namespace nanonas::exporting {

/// How far a layer's int8 output is from its float output.
struct LayerError {
    std::string name;
    double rms = 0.0;      ///< root mean square of (dequantized - float)
    double sqnr_db = 0.0;  ///< 10 log10(signal power / error power); infinite without error
};

/// What int8 costs, on the images that were looked at.
struct Comparison {
    std::int64_t images = 0;
    double float_accuracy = 0.0;  ///< [0, 1]
    double int8_accuracy = 0.0;
    double agreement = 0.0;  ///< share of images with the same top class
    std::vector<LayerError>
        layers;  ///< per layer of the quantized network, on the first 256 images
    std::vector<std::vector<std::int64_t>> confusion;  ///< int8: [true class][predicted class]
};

/// Float path: the folded network, torch-free. Deterministic for any number of threads.
Comparison compare(const space::TrainedNetwork& trained, const Int8Network& quantized,
                   const space::ImageView& images, int threads,
                   const std::function<void(double fraction)>& progress = {},
                   const std::atomic<bool>* stop = nullptr);

/// The same of a float network that is lowered already.
Comparison compare(const FloatNetwork& folded, const Int8Network& quantized,
                   const space::ImageView& images, int threads,
                   const std::function<void(double fraction)>& progress = {},
                   const std::atomic<bool>* stop = nullptr);

}  // namespace nanonas::exporting
