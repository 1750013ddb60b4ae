#include "apps/python/src/bridge.hpp"

#include <exception>
#include <optional>
#include <thread>
#include <vector>

namespace nb = nanobind;

namespace nanonas::python {

namespace {

constexpr std::chrono::milliseconds kPatience{100};

void listen(const nb::object& callback, const std::vector<Event>& events) {
    for (const Event& event : events) {
        deliver(callback, event);
    }
    if (PyErr_CheckSignals() != 0) {
        throw nb::python_error();
    }
}

}  // namespace

void run_bridged(
    const nb::object& callback,
    const std::function<void(EventQueue& events, const std::atomic<bool>& stop)>& work) {
    EventQueue queue;
    std::atomic<bool> stop{false};
    std::exception_ptr failure;
    std::thread thread([&] {
        try {
            work(queue, stop);
        } catch (...) {
            failure = std::current_exception();
        }
        queue.close();
    });
    std::exception_ptr raised;
    std::vector<Event> events;
    for (bool open = true; open;) {
        {
            const nb::gil_scoped_release released;
            open = queue.take(events, kPatience);
        }
        if (raised) {
            continue;
        }
        try {
            listen(callback, events);
        } catch (...) {
            raised = std::current_exception();
            stop = true;
        }
    }
    {
        const nb::gil_scoped_release released;
        thread.join();
    }
    if (raised) {
        std::rethrow_exception(raised);
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace nanonas::python
