// Little data sets made on the spot, and the message of an error that must come.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "space/errors.hpp"
#include "tests/support/temporary_folder.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::train::testing {

using Bytes = std::vector<std::uint8_t>;

using nanonas::testing::TemporaryFolder;

Bytes read_bytes(const std::string& path);
void write_bytes(const std::string& path, const Bytes& bytes);  ///< makes parent folders
void write_text(const std::string& path, const std::string& text);
void write_gzip(const std::string& path, const Bytes& bytes);

/// A smooth picture whose colours depend on `seed`; channels 1, 2 (alpha), 3 or 4 (alpha).
Bytes picture(int height, int width, int channels, int seed);
/// By the ending: .jpg, .png, .bmp, .tga, .ppm or .pgm.
void write_image(const std::string& path, int height, int width, int channels, int seed = 0);

/// Of [height][width][channels].
void write_jpeg(const std::string& path, const space::Shape& shape, const Bytes& pixels);

/// `classes` folders "class0"... with `each` PNGs of height x width RGB.
void write_class_folders(const std::string& root, int classes, int each, int height, int width);

Bytes idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns);
Bytes idx_labels(const Bytes& labels);
/// train-* or t10k-* files of 12 4x3 images with labels 0, 1, 2, 0, 1, 2 ...
void write_idx(const std::string& folder, const std::string& half = "train");

/// One record per label; pixels count up from the label.
Bytes cifar10_batch(const Bytes& labels);

template <typename E = DataError, typename Work>
std::string message_of(const Work& work) {
    try {
        work();
    } catch (const E& error) {
        return error.what();
    }
    FAIL("no error came");
    return "";
}

/// The message load_training ends with.
std::string training_error(const std::string& path, const LoadOptions& options = {});

}  // namespace nanonas::train::testing
