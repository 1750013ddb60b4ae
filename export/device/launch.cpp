#include "export/device/launch.hpp"

#include <fcntl.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "export/device/process.hpp"

namespace nanonas::device {

Launch::Launch(const std::vector<std::string>& words, Signals signals)
    : program_(words[0].find('/') == std::string::npos ? find_program(words[0]) : words[0]),
      signals_(signals) {
    for (const std::string& word : words) {
        arguments_.push_back(const_cast<char*>(word.c_str()));
    }
    arguments_.push_back(nullptr);
}

pid_t Launch::run(int& why) const {
    int failure[2] = {-1, -1};
    why = ENOENT;
    if (program_.empty()) {
        return -1;
    }
    if (::pipe2(failure, O_CLOEXEC) != 0) {
        why = errno;
        return -1;
    }
    // A signal between fork and exec is not handled in this program's name.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        // Above what the child opens for itself.
        const int tell = ::fcntl(failure[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        become(parent, before);
        const int failed = errno;
        [[maybe_unused]] const auto told = ::write(tell, &failed, sizeof failed);
        ::_exit(127);
    }
    why = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::close(failure[1]);
    if (child < 0) {
        ::close(failure[0]);
        return -1;
    }
    ssize_t told = 0;
    while ((told = ::read(failure[0], &why, sizeof why)) < 0 && errno == EINTR) {
    }
    ::close(failure[0]);
    if (told == 0) {
        return child;
    }
    end_child(child);
    return -1;
}

/// In the child. Returns when it cannot.
void Launch::become(pid_t parent, const sigset_t& blocked) const {
    // A group of its own: what the child starts dies with it.
    ::setpgid(0, 0);
#ifdef __linux__
    // However this program ends, the child ends too: it follows the thread that waits for it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(127);
    }
#endif
    const bool fresh = signals_ == Signals::kNone;
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action = {};
        if (::sigaction(signal, nullptr, &action) == 0 && (fresh || action.sa_handler != SIG_IGN)) {
            action.sa_handler = SIG_DFL;
            action.sa_flags = 0;
            ::sigaction(signal, &action, nullptr);
        }
    }
    if (!prepare()) {
        return;
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, fresh ? &none : &blocked, nullptr);
    ::execv(program_.c_str(), arguments_.data());
}

int wait_for_end(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

int end_child(pid_t child) {
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);
    return wait_for_end(child);
}

}  // namespace nanonas::device
