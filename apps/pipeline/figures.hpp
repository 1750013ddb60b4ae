// Figures as people read them.
#pragma once

#include <string>

namespace nanonas::pipeline {

/// "3.2 s", "4 min 05 s", "1 h 02 min".
std::string duration_text(double seconds);
/// "71.23 %".
std::string percent_text(double share);
/// Accuracies as a percentage; scores of a table as they stand.
std::string score_text(double score, bool from_table);

}  // namespace nanonas::pipeline
