// The document of the verb validate: what in it fails, and as text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nanonas::app {

/// One line per verdict that is not good; overruns only with --strict.
std::vector<std::string> validate_failures(const nlohmann::json& document, bool strict);

std::string validate_text(const nlohmann::json& document);

}  // namespace nanonas::app
