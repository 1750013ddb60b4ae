// Some rows of an image set, as a set of their own.
#pragma once

#include <cstdint>
#include <vector>

#include "space/images.hpp"
#include "train/data/rows.hpp"

namespace nanonas::pipeline {

/// Owns the copied rows.
class Sample {
  public:
    Sample(const space::ImageView& images, const std::vector<std::int64_t>& rows);
    space::ImageView view() const;

  private:
    friend Sample noise(const space::Shape& shape, std::int64_t count);
    Sample() = default;

    space::Shape shape_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::int32_t> labels_;
};

/// Seeded pixels, all of class 0: any do to show that two programs compute the same.
Sample noise(const space::Shape& shape, std::int64_t count);

using train::all_rows;
using train::spread;

}  // namespace nanonas::pipeline
