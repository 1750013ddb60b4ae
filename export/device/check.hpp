// What an export answered, held against the integer oracle.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/device/link.hpp"
#include "export/int8/int8_network.hpp"
#include "space/images.hpp"

namespace nanonas::device {

/// The test vectors an export ships, as its `<name>_vectors.h` holds them.
struct ShippedVectors {
    space::Shape shape;
    std::int64_t count = 0;
    std::vector<std::uint8_t> pixels;
    std::vector<std::int8_t> scores;  ///< [count][classes]

    space::ImageView view() const { return {shape, count, pixels.data(), nullptr}; }
};

/// Throws ExportError naming the file when a table is missing or has the wrong size for the shape
/// and classes.
ShippedVectors read_vectors(const Export& source, const space::Shape& shape, std::int64_t classes);

/// What a comparison with the oracle came to.
struct Mismatch {
    std::int64_t images = 0;      ///< compared
    std::int64_t mismatches = 0;  ///< images with any differing byte
    std::string first;            ///< "image 3: class 1 is -12, the reference says -11"; or empty
};

/// The oracle's scores of every image, [count][classes].
std::vector<std::int8_t> oracle_scores(const exporting::Int8Network& network,
                                       const space::ImageView& images);

/// Byte by byte; both are [images][classes].
Mismatch compare_scores(const std::vector<std::int8_t>& given,
                        const std::vector<std::int8_t>& expected, std::int64_t classes);

}  // namespace nanonas::device
