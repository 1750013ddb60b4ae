// What a run's int8 network says of images whose class is known: how often it takes one class for
// another, and pictures of which it does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/pipeline/data_sets.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline::html {

struct WrongPicture {
    std::int64_t row = 0;  ///< of the images, in their order
    std::size_t is = 0, said = 0;
    float probability = 0.0F;  ///< that the network gave to what it said
    std::string address;       ///< as picture_address()
};

struct Mistakes {
    std::string role;  ///< "test" or "validation"
    std::vector<std::string> labels;
    std::vector<std::vector<std::int64_t>> confusion;  ///< [true class][said]
    std::int64_t images = 0, wrong = 0;
    std::vector<WrongPicture> pictures;  ///< those it was surest of first
};

/// `model`: file of a run's winner, `most` pictures at most. Throws ExportError, IoError,
/// Interrupted.
Mistakes mistakes_of(const std::string& model, const EvaluationImages& images, std::int64_t most,
                     const Task& task);

}  // namespace nanonas::pipeline::html
