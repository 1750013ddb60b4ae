// `nanonas worker` for --workers-from, each known by its process number.
#pragma once

#include <string>
#include <vector>

#include "tests/apps/program.hpp"

namespace nanonas::test {

/// `count` ("2*") of `nanonas worker` that leave their process numbers in `pids`, for a shell.
std::string workers(const std::string& count);
/// Those in the folder's `pids`.
std::vector<int> pids(const Scratch& folder);
/// Looked at for five seconds.
bool none_lives(const std::vector<int>& processes);

}  // namespace nanonas::test
