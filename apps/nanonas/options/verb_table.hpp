// What each verb is for, in the words of its help.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/option_table.hpp"

namespace nanonas::app {

using pipeline::Verb;

struct VerbInfo {
    Verb verb;
    const char* name;
    const char* summary;
    const char* about;     ///< a paragraph or two for its help
    const char* examples;  ///< lines, each a whole command
};

const std::vector<VerbInfo>& verbs();
const VerbInfo& info(Verb verb);

/// The word that a verb takes beside its options, as its help says it; empty: none.
std::string word_of(Verb verb);

}  // namespace nanonas::app
