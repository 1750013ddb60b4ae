// LibTorch itself behind a torch-free door: opens what we write, writes what we read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "space/trained_network.hpp"

namespace nanonas::test {

/// What torch::jit::load makes of the bytes of a .pt file.
struct LoadedModule {
    explicit LoadedModule(const std::string& bytes);

    std::vector<std::string> labels;
    std::map<std::string, std::string> extra;  ///< nanonas.json
    std::map<std::string, bool> trainable;     ///< of all tensors, by name
};

/// forward() of one batch of pixels, uint8 [count][channels][height][width]. Throws
/// std::runtime_error when the module does.
std::vector<float> forward(const std::string& bytes, const std::vector<std::uint8_t>& pixels,
                           const std::vector<std::int64_t>& shape);

/// The module once every value was multiplied, saved again.
std::string scaled(const std::string& bytes, float factor);

}  // namespace nanonas::test
