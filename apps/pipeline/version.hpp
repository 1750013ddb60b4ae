// The version of this library and its program.
#pragma once

#include <string>

namespace nanonas::pipeline {

/// "0.1.0".
std::string version();

}  // namespace nanonas::pipeline
