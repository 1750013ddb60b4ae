// Help texts, made from the option table.
#pragma once

#include <string>

#include "apps/nanonas/options/verb_table.hpp"

namespace nanonas::app {

std::string general_help();
std::string verb_help(Verb verb);
std::string version_text();

}  // namespace nanonas::app
