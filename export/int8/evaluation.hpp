// The int8 network alone on labelled images: for files that came without their float network.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "space/images.hpp"

namespace nanonas::exporting {

/// How an int8 network classifies labelled images.
struct Int8Evaluation {
    std::int64_t images = 0;
    double accuracy = 0.0;                             ///< [0, 1]
    std::vector<std::vector<std::int64_t>> confusion;  ///< [true class][predicted class]
};

/// Deterministic for any number of threads. Throws DataError for images of another shape, none, or
/// a label the network has no score for.
Int8Evaluation evaluate(const Int8Network& network, const space::ImageView& images, int threads,
                        const std::function<void(double fraction)>& progress = {},
                        const std::atomic<bool>* stop = nullptr);

}  // namespace nanonas::exporting
