// The result of `nanonas evaluate` in tables.
#pragma once

#include <string>

#include "apps/pipeline/verbs/evaluate.hpp"

namespace nanonas::app {

std::string evaluation_text(const pipeline::EvaluationReport& report);

/// "x.tflite: 15,248 B, reads uint8, writes uint8".
std::string imported_text(const std::string& file, const exporting::ImportedModel& model);

}  // namespace nanonas::app
