// Help texts, made from the option table.
#pragma once

#include <string>

#include "apps/nanonas/option_table.hpp"

namespace nanonas::app {

std::string general_help();
std::string verb_help(Verb verb);
std::string version_text();

/// `text` broken at spaces to lines of at most `width`, each after the first indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width);

}  // namespace nanonas::app
