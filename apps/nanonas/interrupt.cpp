#include "apps/nanonas/interrupt.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include "space/errors.hpp"

namespace nanonas::app {

namespace {

constexpr int kPatienceMs = 500;

std::atomic<bool> stop{false};
int pipe_ends[2] = {-1, -1};

extern "C" void on_signal(int) {
    const bool again = stop.exchange(true);
    if (again && pipe_ends[1] < 0) {
        ::_exit(kInterruptedExit);
    }
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
    struct sigaction hang_up = {};
    if (::sigaction(SIGHUP, nullptr, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN) {
        ::sigaction(SIGHUP, &action, nullptr);  // under nohup it stays ignored
    }
    // A file that reaches its limit is a write that fails.
    ::signal(SIGXFSZ, SIG_IGN);
    const auto watch = [farewell = std::move(farewell)] {
        char byte = 0;
        while (::read(pipe_ends[0], &byte, 1) != 1) {
        }
        pollfd second = {pipe_ends[0], POLLIN, 0};
        ::poll(&second, 1, kPatienceMs);
        farewell();
        ::_exit(kInterruptedExit);
    };
    try {
        std::thread(watch).detach();
    } catch (const std::system_error&) {
        // The flag alone stops the work, and a second signal ends the process.
        ::close(std::exchange(pipe_ends[0], -1));
        ::close(std::exchange(pipe_ends[1], -1));
    }
}

}  // namespace nanonas::app
