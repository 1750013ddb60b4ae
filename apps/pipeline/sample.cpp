#include "apps/pipeline/sample.hpp"

#include "space/random.hpp"

namespace nanonas::pipeline {

Sample::Sample(const space::ImageView& images, const std::vector<std::int64_t>& rows)
    : shape_(images.shape) {
    for (const std::int64_t row : rows) {
        const std::uint8_t* image = images.image(row);
        pixels_.insert(pixels_.end(), image, image + shape_.elements());
        labels_.push_back(images.labels[row]);
    }
}

space::ImageView Sample::view() const {
    return {shape_, static_cast<std::int64_t>(labels_.size()), pixels_.data(), labels_.data()};
}

Sample noise(const space::Shape& shape, std::int64_t count) {
    Sample sample;
    sample.shape_ = shape;
    sample.pixels_.resize(static_cast<std::size_t>(count * shape.elements()));
    Rng rng(1);
    for (std::uint8_t& pixel : sample.pixels_) {
        pixel = static_cast<std::uint8_t>(rng.below(256));
    }
    sample.labels_.resize(static_cast<std::size_t>(count), 0);
    return sample;
}

}  // namespace nanonas::pipeline
