#include "export/device/process.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <thread>

#include "export/device/launch.hpp"
#include "space/errors.hpp"

namespace nanonas::device {

namespace {

using Clock = std::chrono::steady_clock;

/// First looks often, for programs that end at once.
constexpr std::chrono::milliseconds kShortestWait{1};
constexpr std::chrono::milliseconds kLongestWait{20};

/// A program in a folder, its output in files.
class Start : public Launch {
  public:
    Start(const std::vector<std::string>& words, const std::string& stdout_file,
          const std::string& stderr_file, const std::string& folder)
        : Launch(words, Signals::kAsHere),
          folder_(folder),
          files_{"/dev/null", stdout_file.empty() ? "/dev/null" : stdout_file,
                 stderr_file.empty() ? "/dev/null" : stderr_file} {}

  protected:
    bool prepare() const override {
        if (!folder_.empty() && ::chdir(folder_.c_str()) != 0) {
            return false;
        }
        for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
            if (!redirect(descriptor)) {
                return false;
            }
        }
        return true;
    }

  private:
    bool redirect(int descriptor) const {
        const int flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
        const int file = ::open(files_[descriptor].c_str(), flags, 0644);
        if (file < 0 || file == descriptor) {
            return file == descriptor;
        }
        return ::dup2(file, descriptor) == descriptor && ::close(file) == 0;
    }

    std::string folder_;
    std::string files_[3];
};

Finished wait_for(pid_t child, const Limits& limits) {
    Finished finished;
    finished.started = true;
    std::int64_t last = limits.progress ? limits.progress() : 0;
    Clock::time_point moved = Clock::now();
    auto pause = kShortestWait;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (limits.stop != nullptr && limits.stop->load()) {
            end_child(child);
            throw Interrupted();
        }
        const std::int64_t now = limits.progress ? limits.progress() : 0;
        if (now != last) {
            last = now;
            moved = Clock::now();
        }
        if (std::chrono::duration<double>(Clock::now() - moved).count() > limits.seconds) {
            status = end_child(child);
            finished.timed_out = true;
            break;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, kLongestWait);
    }
    finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return finished;
}

}  // namespace

Finished run_program(const std::vector<std::string>& words, const std::string& stdout_file,
                     const std::string& stderr_file, const std::string& folder,
                     const Limits& limits) {
    int why = 0;
    const pid_t child = Start(words, stdout_file, stderr_file, folder).run(why);
    return child < 0 ? Finished{false, false, 0, std::strerror(why)} : wait_for(child, limits);
}

std::string find_program(const std::string& name) {
    const char* path = ::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::error_code error;
        std::string file =
            std::filesystem::absolute(folder.empty() ? "." : folder, error).string() + "/" + name;
        if (std::filesystem::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0) {
            return file;
        }
    }
    return "";
}

std::string temporary_folder() {
    std::string folder = "/tmp";
    std::string named;
    for (const char* const name : {"TEMP", "TMP", "TMPDIR"}) {
        const char* value = ::getenv(name);
        if (value != nullptr && *value != '\0') {
            folder = value;
            named = std::string(name) + ": ";
        }
    }
    struct stat status = {};
    int why = ::stat(folder.c_str(), &status) != 0 ? errno : 0;
    why = why == 0 && !S_ISDIR(status.st_mode) ? ENOTDIR : why;
    why = why == 0 && ::access(folder.c_str(), W_OK | X_OK) != 0 ? errno : why;
    if (why != 0) {
        throw IoError(named + folder + ": no folder for temporary files (" + std::strerror(why) +
                      ")");
    }
    return folder;
}

TemporaryDirectory::TemporaryDirectory(const std::string& parent) {
    std::error_code error;
    // Absolute: programs are started in it.
    const std::filesystem::path folder = parent.empty() ? std::filesystem::path(temporary_folder())
                                                        : std::filesystem::absolute(parent, error);
    std::string pattern = (folder / (std::string(kScratchName) + "XXXXXX")).string();
    if (error || ::mkdtemp(pattern.data()) == nullptr) {
        throw IoError(folder.string() + ": no temporary directory can be made (" +
                      std::string(std::strerror(errno)) + ")");
    }
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace nanonas::device
