// The fast engine: the batch-in-lanes kernels behind the trainer's door; no LibTorch.
#pragma once

#include <memory>

#include "train/engine/engine.hpp"

namespace nanonas::train {

/// Covers chains of [convolution 3x3 or 1x1, batch norm, ReLU, 2x2 maximum or nothing], then global
/// average, dropout or nothing, dense, softmax: every network of the cell space. A batch that
/// leaves a batch norm one value per channel normalizes it to zero and leaves the running
/// statistics alone.
std::shared_ptr<const Engine> make_fast_engine();

}  // namespace nanonas::train
