#include "train/engine/batch_input.hpp"

#include <array>
#include <cstddef>

#include "train/data/augment_apply.hpp"

namespace nanonas::train {

std::vector<float> planar_input(const space::ImageView& images, const std::int64_t* indices,
                                std::int64_t size, const AugmentDraw* augment,
                                const space::Preprocess& preprocess) {
    std::array<float, 256> value_of{};
    for (std::size_t pixel = 0; pixel < value_of.size(); ++pixel) {
        value_of[pixel] = preprocess.apply(static_cast<std::uint8_t>(pixel));
    }
    const auto elements = static_cast<std::size_t>(images.shape.elements());
    const auto channels = static_cast<std::size_t>(images.shape.channels);
    std::vector<std::uint8_t> changed(augment != nullptr ? elements : 0);
    std::vector<float> input(static_cast<std::size_t>(size) * elements);
    float* out = input.data();
    for (std::int64_t i = 0; i < size; ++i) {
        const std::uint8_t* pixels = images.image(indices[i]);
        if (augment != nullptr) {
            apply_augment(images.shape, pixels, augment[i], changed.data());
            pixels = changed.data();
        }
        for (std::size_t channel = 0; channel < channels; ++channel) {
            for (std::size_t at = channel; at < elements; at += channels) {
                *out++ = value_of[pixels[at]];
            }
        }
    }
    return input;
}

}  // namespace nanonas::train
