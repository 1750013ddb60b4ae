// Flags of bench that would change nothing, given what is measured.
#pragma once

#include "apps/nanonas/options/command_line.hpp"

namespace nanonas::app {

/// Throws ConfigError naming a flag that this command would not look at, and those that it would.
/// Keys of a config file are never refused: it describes a task that other verbs read, too.
void refuse_unused(const Command& command);

}  // namespace nanonas::app
