// Zeroed floats on a cache line, for whole-vector loads.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace nanonas::train::lanes {

class AlignedFloats {
  public:
    AlignedFloats() = default;
    explicit AlignedFloats(std::ptrdiff_t count)
        : floats_(new (std::align_val_t{kAlignment}) float[static_cast<std::size_t>(count)]()) {}

    float* data() { return floats_.get(); }
    const float* data() const { return floats_.get(); }

  private:
    static constexpr std::size_t kAlignment = 64;

    struct Free {
        void operator()(float* p) const { ::operator delete[](p, std::align_val_t{kAlignment}); }
    };
    std::unique_ptr<float[], Free> floats_;
};

}  // namespace nanonas::train::lanes
