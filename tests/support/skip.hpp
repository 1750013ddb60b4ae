// A test that cannot run here: CTest shows its binary as skipped, never as passed.
#pragma once

#include <string>

namespace nanonas::testing {

/// Says that the current test case, or part of it, does not run and why; the caller then returns.
/// Without a failure the binary ends with kSkippedCode.
void skip(const std::string& why);

/// CTest's SKIP_RETURN_CODE of every test (cmake/rooms.cmake).
constexpr int kSkippedCode = 77;

}  // namespace nanonas::testing
