// Activation ranges and the int8 parameters they become.
#pragma once

#include <cstdint>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "space/images.hpp"

namespace nanonas::exporting {

/// Always contains 0.
struct Range {
    float low = 0.0F;
    float high = 0.0F;

    void include(float value) {
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
};

/// Smallest and largest output of every layer over `rows` of `images`. The same for any number of
/// threads. Throws DataError for no rows, a row that does not exist or images of another shape,
/// ExportError naming the layer when an activation is not finite.
std::vector<Range> observe_ranges(const FloatNetwork& network, const space::ImageView& images,
                                  const std::vector<std::int64_t>& rows, int threads);

/// 256 steps over the range, shifted by less than one step so that 0 is one of them. Steps are at
/// least `smallest_scale` (> 0), which is what an activation that never moves gets.
QuantParams params_of(const Range& range, float smallest_scale);

/// The byte nearest to a value that is not below 0, 127 for one beyond it.
std::int8_t steps_of(float value, const QuantParams& params);

/// Throws DataError "images are 32x32x3, the network reads 28x28x1".
void check_image_shape(const space::Shape& expected, const space::ImageView& images);

/// Throws DataError "image 3: label 7 is not in [0, 4)".
void check_labels(const space::ImageView& images, std::int64_t classes);

}  // namespace nanonas::exporting
