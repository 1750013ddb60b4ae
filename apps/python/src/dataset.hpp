// Labelled images for the library: arrays of Python's, seen where they are, or files.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <memory>
#include <string>

#include "train/data/dataset.hpp"

namespace nanonas::python {

namespace nb = nanobind;

/// [image][row][column][channel], contiguous.
using Pixels = nb::ndarray<const std::uint8_t, nb::ndim<4>, nb::c_contig, nb::device::cpu>;
using Labels = nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// Images and what they are called.
struct ImageSet {
    train::LoadedSet set;
    /// What --data would name: a folder, or of arrays a word that names none.
    std::string place;
};

/// Holds the arrays for as long as it lives; may be let go of by any thread.
std::shared_ptr<const train::ImageStore> array_store(const Pixels& pixels, const Labels& labels);

void bind_dataset(nb::module_& module);

}  // namespace nanonas::python
