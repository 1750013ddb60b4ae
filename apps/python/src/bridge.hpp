// C++ at work on a thread of its own, Python listening on the one that called.
#pragma once

#include <nanobind/nanobind.h>

#include <atomic>
#include <functional>

#include "apps/python/src/events.hpp"

namespace nanonas::python {

/// Runs `work` on a new thread without the GIL and returns when that has ended. Meanwhile the
/// caller delivers the events and looks for signals every 100 ms: what the callback or a handler
/// of signals raises stops the work and is raised from here once it has ended, in place of what the
/// work threw. With the GIL held.
void run_bridged(
    const nanobind::object& callback,
    const std::function<void(EventQueue& events, const std::atomic<bool>& stop)>& work);

}  // namespace nanonas::python
