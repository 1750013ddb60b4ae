// From a source of images to a store: in memory, or through a cache file when large.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "space/images.hpp"
#include "train/data/fingerprint.hpp"
#include "train/data/source.hpp"

namespace nanonas::train {

/// Reads every row of `source`. The pixels are held in memory up to
/// options.memory_allowance_bytes, else in a mapped cache file, reused while its sources stay the
/// same; without a folder for that (and none asked for) in memory all the same. Throws DataError
/// (the first bad image unless skip_bad; no image left) or IoError.
LoadedSet load_set(ImageSource& source, const LoadOptions& options);

/// LoadedSet::fingerprint; `pixels` has been given all of them.
std::uint64_t set_fingerprint(Fingerprint pixels, const std::vector<std::int32_t>& labels,
                              const space::Shape& shape, std::size_t classes);
/// "fashion-mnist: 60,000 images 28x28x1, 10 classes".
std::string set_description(const std::string& name, const space::ImageView& images,
                            std::size_t classes);

}  // namespace nanonas::train
