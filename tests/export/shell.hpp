// Compilers, build tools and what they made, run as a shell runs them.
#pragma once

#include <string>

#include "tests/support/temporary_folder.hpp"

namespace nanonas::testing {

/// Runs a shell command; returns its exit code and appends both its streams to `output`.
int run_command(const std::string& command, std::string& output);

/// Requires that the command succeeds; what it printed.
std::string must_run(const std::string& command);
/// The same in a folder.
std::string must_run(const TemporaryFolder& folder, const std::string& command);

/// Whether the shell finds the program; the test counts as skipped when it does not.
bool installed(const std::string& program);

}  // namespace nanonas::testing
