// What a training's numbers depend on besides its settings: two machines that agree in all of it
// give the same weights.
#pragma once

#include <string>

#include "train/engine/engine.hpp"

namespace nanonas::train {

/// Three texts to be compared; what they say is for people.
struct Arithmetic {
    std::string build;  ///< program, and compiler flags that trade roundings for speed
    std::string simd;   ///< Engine::simd of each engine that may be used
    std::string probe;  ///< checksum of the weights after a fixed small training
};

/// Of trainings of `like` and its kind, which one engine covers; null: of any network. Trains for
/// some milliseconds. Throws what the engine throws.
Arithmetic arithmetic_of(const Engine& engine, const space::Network* like = nullptr);

}  // namespace nanonas::train
