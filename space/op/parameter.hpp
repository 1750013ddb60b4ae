// A tensor that an operator learns or tracks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nanonas::space {

/// An int32 bias on a device; a folded convolution always has one.
constexpr std::int64_t kBiasBytes = 4;

/// A tensor that an operator needs.
struct ParameterSpec {
    std::string name;  ///< of one operator ".weight", of a network "<node>.weight"
    std::vector<std::int64_t> shape;
    bool trainable = true;  ///< false: running statistics
};

}  // namespace nanonas::space
