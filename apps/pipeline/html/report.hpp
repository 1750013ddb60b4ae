// report.html: a run, or several beside each other, as one self-contained page.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/html/story.hpp"

namespace nanonas::pipeline::html {

/// The same runs give the same bytes. At least one.
std::string report(const std::vector<RunStory>& stories);

}  // namespace nanonas::pipeline::html
