#include "apps/pipeline/workers/child.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "export/device/launch.hpp"
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

/// A program whose standard files are the three given.
class Piped : public device::Launch {
  public:
    Piped(const std::vector<std::string>& words, int in, int out, int err)
        : Launch(words, Signals::kNone), files_{in, out, err} {}

  protected:
    bool prepare() const override {
        // Above what is about to be taken, so that none is written over.
        int moved[3] = {-1, -1, -1};
        for (int i = 0; i < 3; ++i) {
            moved[i] = ::fcntl(files_[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        }
        for (int i = 0; i < 3; ++i) {
            if (moved[i] < 0 || ::dup2(moved[i], i) != i) {
                return false;
            }
        }
        return true;
    }

  private:
    int files_[3];
};

}  // namespace

Child::Child(const std::vector<std::string>& words) {
    Pipe in, out, err;
    const Piped piped(words, in.ends[0], out.ends[1], err.ends[1]);
    if (!piped.found()) {
        throw IoError(words[0] + ": no such program on PATH");
    }
    int why = 0;
    process_ = piped.run(why);
    if (process_ < 0) {
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
    status_ = device::end_child(process_);
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
