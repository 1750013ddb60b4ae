#include "apps/nanonas/interrupt.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <utility>

#include "space/errors.hpp"

namespace nanonas::app {

namespace {

constexpr int kPatienceMs = 500;

std::atomic<bool> stop{false};
int pipe_ends[2] = {-1, -1};

extern "C" void on_signal(int) {
    stop.store(true);
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(pipe_ends[1], &byte, 1);
}

}  // namespace

const std::atomic<bool>& stop_requested() {
    return stop;
}

void watch_signals(std::function<void()> farewell) {
    if (::pipe2(pipe_ends, O_CLOEXEC) != 0) {
        throw IoError("cannot make a pipe for signals");
    }
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::thread([farewell = std::move(farewell)] {
        char byte = 0;
        while (::read(pipe_ends[0], &byte, 1) != 1) {
        }
        pollfd second = {pipe_ends[0], POLLIN, 0};
        ::poll(&second, 1, kPatienceMs);
        farewell();
        ::_exit(kInterruptedExit);
    }).detach();
}

}  // namespace nanonas::app
