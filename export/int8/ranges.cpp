#include "export/int8/ranges.hpp"

#include <algorithm>
#include <cmath>

#include "export/simd/float_interpreter.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::exporting {

namespace {

/// One per thread; merging them is free of order.
struct Observer {
    explicit Observer(const FloatNetwork& network)
        : interpreter(network),
          ranges(network.network.nodes.size()),
          finite(network.network.nodes.size(), 1) {}

    void look(const std::uint8_t* pixels) {
        interpreter.run(pixels);
        for (std::size_t layer = 0; layer < ranges.size(); ++layer) {
            for (const float value : interpreter.activation(layer)) {
                if (!std::isfinite(value)) {
                    finite[layer] = 0;
                } else {
                    ranges[layer].include(value);
                }
            }
        }
    }

    simd::FloatInterpreter interpreter;
    std::vector<Range> ranges;
    std::vector<char> finite;
};

}  // namespace

void check_image_shape(const space::Shape& expected, const space::ImageView& images) {
    if (images.shape != expected) {
        throw DataError("images are " + to_string(images.shape) + ", the network reads " +
                        to_string(expected));
    }
}

std::vector<Range> observe_ranges(const FloatNetwork& network, const space::ImageView& images,
                                  const std::vector<std::int64_t>& rows, int threads) {
    check_image_shape(network.network.input, images);
    if (rows.empty()) {
        throw DataError("calibration needs at least one image");
    }
    for (const std::int64_t row : rows) {
        if (row < 0 || row >= images.count) {
            throw DataError("calibration row " + std::to_string(row) + " is not one of the " +
                            std::to_string(images.count) + " images");
        }
    }
    std::vector<Observer> observers(static_cast<std::size_t>(std::max(threads, 1)),
                                    Observer(network));
    for_each_index(static_cast<std::int64_t>(rows.size()), threads,
                   [&](std::size_t worker, std::int64_t index) {
                       observers[worker].look(images.image(rows[static_cast<std::size_t>(index)]));
                   });
    std::vector<Range> ranges(network.network.nodes.size());
    for (std::size_t layer = 0; layer < ranges.size(); ++layer) {
        for (const Observer& observer : observers) {
            if (observer.finite[layer] == 0) {
                throw ExportError("layer '" + network.network.nodes[layer].name +
                                  "': an activation is not finite");
            }
            ranges[layer].include(observer.ranges[layer].low);
            ranges[layer].include(observer.ranges[layer].high);
        }
    }
    return ranges;
}

QuantParams params_of(const Range& range, float smallest_scale) {
    constexpr double kSteps = 255.0;
    constexpr std::int32_t kLowest = -128;
    constexpr std::int32_t kHighest = 127;
    const double span = static_cast<double>(range.high) - static_cast<double>(range.low);
    const float scale = std::max(static_cast<float>(span / kSteps), smallest_scale);
    const double zero = kLowest - static_cast<double>(range.low) / static_cast<double>(scale);
    return {scale, std::clamp(static_cast<std::int32_t>(std::lround(zero)), kLowest, kHighest)};
}

std::int8_t steps_of(float value, const QuantParams& params) {
    const auto steps = static_cast<double>(std::round(value / params.scale));
    return static_cast<std::int8_t>(std::min(steps + params.zero_point, 127.0));
}

void check_labels(const space::ImageView& images, std::int64_t classes) {
    for (std::int64_t i = 0; i < images.count; ++i) {
        if (images.labels[i] < 0 || images.labels[i] >= classes) {
            throw DataError("image " + std::to_string(i) + ": label " +
                            std::to_string(images.labels[i]) + " is not in [0, " +
                            std::to_string(classes) + ")");
        }
    }
}

}  // namespace nanonas::exporting
