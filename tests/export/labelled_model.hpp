// A small network whose labels are hard to write, in every format, and what the formats' examples
// say of its first image.
#pragma once

#include <string>
#include <vector>

#include "export/writer.hpp"
#include "tests/export/random_network.hpp"

namespace nanonas::testing {

/// Formats that ship the library's own C.
inline const std::vector<std::string> kCFormats = {"c", "arduino", "zephyr", "platformio"};

struct LabelledModel {
    LabelledModel(std::uint64_t seed, std::int64_t images);

    exporting::Artifact artifact() const { return {nullptr, &network, images.view()}; }
    /// With a test vector for every image.
    std::vector<exporting::OutputFile> render(const std::string& format,
                                              const std::string& name = "my_model") const;
    /// The oracle's: "my_model: dog (class 3), score 17".
    std::string answer() const;

    Rng rng;
    RandomImages images;
    exporting::Int8Network network;
};

/// Requires that there is such a file.
const std::string& text_of(const std::vector<exporting::OutputFile>& files,
                           const std::string& path);

}  // namespace nanonas::testing
