// The parts of a page, each a file of sections/. One that has nothing to tell of a run is empty
// text. To add one: its file, a line here and its row in report.cpp.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/html/story.hpp"

namespace nanonas::pipeline::html {

std::string verdict_section(const RunStory& story);
std::string map_section(const RunStory& story);
std::string trade_off_section(const RunStory& story);
std::string learning_section(const RunStory& story);
std::string network_section(const RunStory& story);
std::string rounding_section(const RunStory& story);
std::string mistakes_section(const RunStory& story);
std::string work_section(const RunStory& story);
std::string repeat_section(const RunStory& story);

/// Several runs beside each other.
std::string comparison_section(const std::vector<RunStory>& stories);

}  // namespace nanonas::pipeline::html
