// Ctrl-C, SIGTERM and SIGHUP: ask the work to stop, and end the process at once if it does not.
#pragma once

#include <atomic>
#include <functional>

namespace nanonas::app {

constexpr int kInterruptedExit = 130;

/// Turns true at the first signal. Everything on disk is whole at any moment, so stopping late is
/// a courtesy, not a need.
const std::atomic<bool>& stop_requested();

/// Installs the handlers. The first signal sets the flag; when the process has not ended half a
/// second later, or at a second signal, `farewell` is called and the process exits with 130.
void watch_signals(std::function<void()> farewell);

}  // namespace nanonas::app
