// CIFAR-10 binary (Krizhevsky 2009): records of one label byte and 3 x 32 x 32 planar RGB bytes.
#pragma once

#include <memory>
#include <string>

#include "train/data/source.hpp"

namespace nanonas::train {

/// A folder with data_batch_N.bin or test_batch.bin (or one that holds cifar-10-batches-bin), or
/// one such .bin file.
bool is_cifar10(const std::string& path);
/// Throws DataError for CIFAR-100 and for the batches in Python's format, which are not read.
void refuse_other_cifar(const std::string& path);
std::string cifar10_test_half(const std::string& training_path);

/// Training: data_batch_1.bin and those that follow without a gap; test: test_batch.bin. Class
/// names from batches.meta.txt when present. Throws DataError.
std::unique_ptr<ImageSource> open_cifar10(const SourceRequest& request);

}  // namespace nanonas::train
