// IDX, the format of MNIST and its family (LeCun, Cortes, Burges): big-endian header, then bytes.
// Images: 0x00000803, count, rows, columns, grey pixels. Labels: 0x00000801, count, labels.
#pragma once

#include <memory>
#include <string>

#include "train/data/source.hpp"

namespace nanonas::train {

/// Where Debian's package dataset-fashion-mnist puts its four files.
constexpr const char* kFashionMnistFolder = "/usr/share/datasets/fashion-mnist";

/// A folder with train-images-idx3-ubyte or t10k-images-idx3-ubyte (also "test" for "t10k",
/// ".idx3", a prefix as in emnist-letters-train-images-idx3-ubyte, plain or .gz), or a file of
/// images.
bool is_idx(const std::string& path);
std::string idx_test_half(const std::string& training_path);

/// Labels run from 0 or 1 without gaps and are named "0", "1", ...; the classes of Fashion-MNIST
/// (any folder of that name) by their words. Throws DataError.
std::unique_ptr<ImageSource> open_idx(const SourceRequest& request);

}  // namespace nanonas::train
