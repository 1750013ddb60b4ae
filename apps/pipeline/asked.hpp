// What is asked of a verb: its options, from texts by name, and which of them were named.
#pragma once

#include <map>
#include <set>
#include <string>

#include "apps/pipeline/option_table.hpp"

namespace nanonas::pipeline {

/// A verb and its options.
struct Asked {
    Verb verb = Verb::kSearch;
    Config config;
    std::set<std::string> typed;  ///< options given by name
    std::set<std::string> named;  ///< these and the keys of the config file that the verb takes
};

/// Takes over `texts`, by option: the config file that is among them first, then the others over it
/// in the order of the table, then checks every value. Throws ConfigError naming the option as the
/// command line does ("--ram: ..."), or the file and its key, for an option that the verb does not
/// take, a bad value and one that would change nothing, given the others.
void read_options(const std::map<std::string, std::string>& texts, Asked& asked);

}  // namespace nanonas::pipeline
