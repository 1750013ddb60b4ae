// From a source of images to a store: in memory, or through a cache file when large.
#pragma once

#include "train/data/source.hpp"

namespace nanonas::train {

/// Reads every row of `source`. The pixels are held in memory up to
/// options.memory_allowance_bytes, else in a mapped cache file, reused while its sources stay the
/// same; without a folder for that (and none asked for) in memory all the same. Throws DataError
/// (the first bad image unless skip_bad; no image left) or IoError.
LoadedSet load_set(ImageSource& source, const LoadOptions& options);

}  // namespace nanonas::train
