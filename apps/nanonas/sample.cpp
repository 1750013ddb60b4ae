#include "apps/nanonas/sample.hpp"

#include <numeric>

#include "space/random.hpp"

namespace nanonas::app {

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

std::vector<std::int64_t> spread(const std::vector<std::int64_t>& rows, std::int64_t count) {
    const auto available = static_cast<std::int64_t>(rows.size());
    if (count >= available) {
        return rows;
    }
    std::vector<std::int64_t> chosen;
    for (std::int64_t i = 0; i < count; ++i) {
        chosen.push_back(rows[static_cast<std::size_t>(i * available / count)]);
    }
    return chosen;
}

std::vector<std::int64_t> all_rows(std::int64_t count) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

}  // namespace nanonas::app
