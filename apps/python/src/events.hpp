// What a run tells while it works: put in by any thread, taken out in order by the one that called.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "nas/search.hpp"
#include "space/task.hpp"

namespace nanonas::python {

/// The directory that a run lives in.
struct Began {
    std::string path;
    bool resumed = false;
};
struct Message {
    std::string text;
    bool detail = false;
};
struct Decision {
    std::string row;  ///< of the journal
    bool replayed = false, speculative = false, best = false;
    double seconds = 0.0;
};
using Event = std::variant<Began, Message, Progress, Decision>;

/// A newer progress of a part takes the place of one that waits, unless something else was told
/// since: however slow the taker is, not much waits.
class EventQueue {
  public:
    void put(Event event);
    /// Nothing more comes.
    void close();
    /// All that waits, after at most `patience` where nothing does. False when it is closed and
    /// nothing is left. Without the GIL.
    bool take(std::vector<Event>& events, std::chrono::milliseconds patience);

  private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Event> waiting_;
    bool closed_ = false;
};

/// Calls callback(kind, field, ...), as nanonas/events.py takes it. With the GIL held.
void deliver(const nanobind::object& callback, const Event& event);

/// Tells `events`, stops at `stop`; both must outlive it.
Task task_for(EventQueue& events, const std::atomic<bool>& stop, int threads);
nas::SearchHooks hooks_for(EventQueue& events, const std::vector<space::Axis>& axes);

}  // namespace nanonas::python
