#include "apps/nanonas/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "space/errors.hpp"

namespace nanonas::app {

Finished run_program(const std::vector<std::string>& words, const std::string& stdout_file,
                     const std::string& stderr_file) {
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    const auto redirect = [&actions](int descriptor, const std::string& file) {
        ::posix_spawn_file_actions_addopen(&actions, descriptor,
                                           file.empty() ? "/dev/null" : file.c_str(),
                                           O_WRONLY | O_CREAT | O_TRUNC, 0644);
    };
    redirect(STDOUT_FILENO, stdout_file);
    redirect(STDERR_FILENO, stderr_file);
    pid_t child = -1;
    const int error =
        ::posix_spawnp(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return {};
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return {true, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
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

}  // namespace nanonas::app
