// The reference engine: LibTorch's own modules, autograd and AdamW. Torch-free door.
#pragma once

#include <memory>

#include "train/engine/engine.hpp"

namespace nanonas::train {

/// Always computes on one thread, whatever `threads` says: two gain at most a quarter on networks
/// of this size and would round differently. The calling thread's LibTorch thread count is set
/// to one (OpenMP keeps one count per thread) and stays so.
/// A batch that leaves a batch norm one value per channel normalizes it to zero and leaves the
/// running statistics alone: their variance would be undefined.
std::shared_ptr<const Engine> make_stock_engine();

}  // namespace nanonas::train
