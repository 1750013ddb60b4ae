// TensorBoard's events as bytes, without their time: what an EventFile takes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nanonas::tensorboard {

struct Scalar {
    std::string tag;
    double value = 0.0;  ///< kept as a float
};

/// The first of every file.
std::string version_event();
/// All of them or none stand in a file. One without scalars is empty.
std::string scalars_event(std::int64_t step, const std::vector<Scalar>& scalars);
/// Markdown, for the dashboard of texts.
std::string text_event(const std::string& tag, const std::string& markdown);

/// A hyperparameter of a session.
using HParam = std::pair<std::string, std::variant<double, std::string>>;

/// The columns of the hparams dashboard: parameters by name, true for those that are words, and the
/// tags of scalars as metrics.
std::string experiment_event(const std::vector<std::pair<std::string, bool>>& parameters,
                             const std::vector<std::string>& metrics);
/// A row of it: the folder that holds the event is the session.
std::string session_start_event(const std::vector<HParam>& parameters);
std::string session_end_event(bool succeeded);

}  // namespace nanonas::tensorboard
