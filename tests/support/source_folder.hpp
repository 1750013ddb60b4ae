// Where the project's files are.
#pragma once

#include <string>

namespace nanonas::testing {

/// The root of the checkout this was built from, without a slash at its end.
std::string source_folder();

}  // namespace nanonas::testing
