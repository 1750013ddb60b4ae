// From words typed and a config file to one Config.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/asked.hpp"

namespace nanonas::app {

using namespace pipeline;  // the program is one of its users, and has hardly a name beside its

struct Command : Asked {
    std::string what;                   ///< bench: what to measure; schema: of which file
    std::vector<std::string> operands;  ///< batch: files and axes; track: run directories
    std::string resumed;                ///< of `--resume DIR`; empty: no directory was named
    std::optional<std::string> text;    ///< help or version to print instead of running
    std::vector<std::string> words;     ///< as typed, the program's name first
};

/// Reads the config file first, then flags over it, then checks every value.
/// Throws ConfigError for unknown names (with the nearest one), missing or bad values.
Command parse_command(const std::vector<std::string>& words);

/// The command that goes on with a run: the words typed with --out and --resume, shell-quoted; a
/// batch goes on by its own words.
std::string resume_command(const Command& command, const std::string& run_directory);

}  // namespace nanonas::app
