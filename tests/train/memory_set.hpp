// Labelled images made up in memory, for tests of engines and trainer.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "space/random.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::test {

class MemoryStore final : public train::ImageStore {
  public:
    MemoryStore(space::Shape shape, std::vector<std::uint8_t> pixels,
                std::vector<std::int32_t> labels)
        : shape_(shape), pixels_(std::move(pixels)), labels_(std::move(labels)) {}

    space::ImageView view() const override {
        return {shape_, static_cast<std::int64_t>(labels_.size()), pixels_.data(), labels_.data()};
    }
    void release_pages() const override { ++releases; }

    mutable std::atomic<int> releases{0};

  private:
    space::Shape shape_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::int32_t> labels_;
};

/// Noise with a bright patch whose place (one of `classes` bands of rows) is the class; every
/// fourth image is for validation.
inline train::TrainingSet bright_bands(space::Shape shape, std::int32_t classes, std::int64_t count,
                                       std::uint64_t seed) {
    Rng rng(seed);
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;
    train::TrainingSet data;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto label =
            static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(classes)));
        labels.push_back(label);
        for (std::int64_t y = 0; y < shape.height; ++y) {
            const bool bright = y * classes / shape.height == label;
            for (std::int64_t x = 0; x < shape.width * shape.channels; ++x) {
                pixels.push_back(static_cast<std::uint8_t>((bright ? 120 : 0) +
                                                           static_cast<int>(rng.below(120))));
            }
        }
        (i % 4 == 3 ? data.validation : data.training).push_back(i);
    }
    for (std::int32_t label = 0; label < classes; ++label) {
        data.set.labels.push_back("class" + std::to_string(label));
    }
    data.set.fingerprint = seed;
    data.set.store = std::make_shared<MemoryStore>(shape, std::move(pixels), std::move(labels));
    return data;
}

}  // namespace nanonas::test
