// What a model says of pictures, as text.
#pragma once

#include <string>

#include "apps/pipeline/verbs/predict.hpp"

namespace nanonas::app {

/// A row a picture: class, probability, the next likely one, how it was turned; then how many of
/// each class.
std::string prediction_text(const pipeline::FilePredictions& predictions);

/// file,class,probability of each class by name,problem.
std::string prediction_csv(const pipeline::FilePredictions& predictions);

}  // namespace nanonas::app
