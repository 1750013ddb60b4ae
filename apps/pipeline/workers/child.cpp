#include "apps/pipeline/workers/child.hpp"

#include <fcntl.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "export/device/process.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;

void close_file(int& file) {
    if (file >= 0) {
        ::close(std::exchange(file, -1));
    }
}

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe() {
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw IoError(std::string("no pipe to a worker can be made (") + std::strerror(errno) +
                          ")");
        }
    }
    ~Pipe() {
        close_file(ends[0]);
        close_file(ends[1]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int take(int end) {
        ::fcntl(ends[end], F_SETFL, ::fcntl(ends[end], F_GETFL) | O_NONBLOCK);
        return std::exchange(ends[end], -1);
    }
};

/// In the child, between fork and exec: system calls only. Returns when it cannot.
void become(const char* program, char* const* arguments, const int* files, pid_t parent) {
    ::setpgid(0, 0);
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(127);
    }
#endif
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action = {};
        if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_DFL) {
            action.sa_handler = SIG_DFL;
            action.sa_flags = 0;
            ::sigaction(number, &action, nullptr);
        }
    }
    // Above what is about to be taken, so that none is written over.
    int moved[3] = {-1, -1, -1};
    for (int i = 0; i < 3; ++i) {
        moved[i] = ::fcntl(files[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    }
    for (int i = 0; i < 3; ++i) {
        if (moved[i] < 0 || ::dup2(moved[i], i) != i) {
            return;
        }
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(program, arguments);
}

}  // namespace

Child::Child(const std::vector<std::string>& words) {
    const std::string program =
        words[0].find('/') == std::string::npos ? device::find_program(words[0]) : words[0];
    if (program.empty()) {
        throw IoError(words[0] + ": no such program on PATH");
    }
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    Pipe in, out, err, failure;
    const int files[3] = {in.ends[0], out.ends[1], err.ends[1]};
    // A signal between fork and exec is not handled in this program's name.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) {
        const int tell = ::fcntl(failure.ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        become(program.c_str(), arguments.data(), files, parent);
        const int failed = errno;
        [[maybe_unused]] const auto told = ::write(tell, &failed, sizeof failed);
        ::_exit(127);
    }
    int why = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    close_file(failure.ends[1]);
    ssize_t told = -1;
    if (process_ > 0) {
        while ((told = ::read(failure.ends[0], &why, sizeof why)) < 0 && errno == EINTR) {
        }
    }
    if (told != 0) {
        kill();
        throw IoError(words[0] + ": cannot be started (" + std::strerror(why) + ")");
    }
    input_ = in.take(1);
    output_ = out.take(0);
    errors_ = err.take(0);
}

Child::~Child() {
    kill();
    close_file(input_);
    close_file(output_);
    close_file(errors_);
}

ssize_t Child::write(std::string_view bytes) {
    const ssize_t written = input_ < 0 ? -1 : ::write(input_, bytes.data(), bytes.size());
    if (written < 0) {
        return input_ >= 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    }
    return written;
}

std::string Child::read(int& file, bool& open) {
    std::array<char, kReadBytes> bytes;
    const ssize_t count = file < 0 ? 0 : ::read(file, bytes.data(), bytes.size());
    open = count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
    if (!open) {
        close_file(file);
    }
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

void Child::close_input() {
    close_file(input_);
}

bool Child::ended() const {
    siginfo_t info = {};
    // It stays to be waited for: until then the number of its group cannot become another's.
    return reaped_ ||
           (::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid == process_);
}

void Child::kill() {
    if (process_ <= 0 || reaped_) {
        return;
    }
    ::kill(-process_, SIGKILL);
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
}

std::string Child::ending() const {
    return WIFSIGNALED(status_) ? "signal " + std::to_string(WTERMSIG(status_))
                                : "exit code " + std::to_string(WEXITSTATUS(status_));
}

bool Child::was_no_command() const {
    return WIFEXITED(status_) && (WEXITSTATUS(status_) == 126 || WEXITSTATUS(status_) == 127);
}

}  // namespace nanonas::pipeline
