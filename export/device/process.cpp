#include "export/device/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <thread>

#include "space/errors.hpp"

namespace nanonas::device {

namespace {

using Clock = std::chrono::steady_clock;

/// First looks often, for programs that end at once.
constexpr std::chrono::milliseconds kShortestWait{1};
constexpr std::chrono::milliseconds kLongestWait{20};

class SpawnSettings {
  public:
    SpawnSettings() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
        // A group of its own: what the child starts dies with it.
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        ::posix_spawnattr_setpgroup(&attributes, 0);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }

    void redirect(int descriptor, const std::string& file) {
        ::posix_spawn_file_actions_addopen(&actions, descriptor,
                                           file.empty() ? "/dev/null" : file.c_str(),
                                           O_WRONLY | O_CREAT | O_TRUNC, 0644);
    }

    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

int end_child(pid_t child) {
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

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
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    SpawnSettings settings;
    if (!folder.empty()) {
        ::posix_spawn_file_actions_addchdir_np(&settings.actions, folder.c_str());
    }
    ::posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    settings.redirect(STDOUT_FILENO, stdout_file);
    settings.redirect(STDERR_FILENO, stderr_file);
    pid_t child = -1;
    const int error = ::posix_spawnp(&child, words[0].c_str(), &settings.actions,
                                     &settings.attributes, arguments.data(), environ);
    return error == 0 ? wait_for(child, limits) : Finished{};
}

std::string find_program(const std::string& name) {
    const char* path = ::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string file = (folder.empty() ? "." : folder) + "/" + name;
        std::error_code error;
        if (std::filesystem::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0) {
            return file;
        }
    }
    return "";
}

TemporaryDirectory::TemporaryDirectory() {
    std::error_code error;
    std::string pattern = (std::filesystem::temp_directory_path(error) / "nanonas-XXXXXX").string();
    if (error || ::mkdtemp(pattern.data()) == nullptr) {
        throw IoError("no temporary directory can be made (" + std::string(std::strerror(errno)) +
                      ")");
    }
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace nanonas::device
