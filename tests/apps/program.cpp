#include "tests/apps/program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "space/random.hpp"

namespace nanonas::test {

namespace fs = std::filesystem;

const char* const kProgram = NANONAS_PROGRAM;

Scratch::Scratch() {
    std::string pattern = (fs::temp_directory_path() / "nanonas-cli-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary directory");
    }
    folder_ = pattern;
}

Scratch::~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

Program::Program(const std::vector<std::string>& arguments, const std::string& folder,
                 const std::string& tag)
    : folder_(folder), tag_(tag), started_(std::chrono::steady_clock::now()) {
    pid_ = ::fork();
    if (pid_ < 0) {
        throw std::runtime_error("fork failed");
    }
    if (pid_ == 0) {
        std::vector<char*> list = {const_cast<char*>(kProgram)};
        for (const std::string& argument : arguments) {
            list.push_back(const_cast<char*>(argument.c_str()));
        }
        list.push_back(nullptr);
        const int out =
            ::open((folder + "/" + tag + ".out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        const int err =
            ::open((folder + "/" + tag + ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(err, STDERR_FILENO);
        if (::chdir(folder.c_str()) == 0) {
            ::execv(kProgram, list.data());
        }
        ::_exit(127);
    }
}

Program::~Program() {
    if (running()) {
        signal(SIGKILL);
        wait();
    }
}

void Program::signal(int number) const {
    if (!ended_) {
        ::kill(pid_, number);
    }
}

bool Program::running() {
    if (!ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) {
        ended_ = true;
    }
    return !ended_;
}

Ran Program::wait() {
    if (!ended_) {
        ::waitpid(pid_, &status_, 0);
        ended_ = true;
    }
    Ran ran;
    ran.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    ran.code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
    ran.out = read(folder_ + "/" + tag_ + ".out");
    ran.err = read(folder_ + "/" + tag_ + ".err");
    return ran;
}

Ran run(const std::vector<std::string>& arguments, const std::string& folder) {
    return Program(arguments, folder).wait();
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

void make_images(const std::string& folder, int classes, int count, std::uint64_t seed) {
    Rng rng(seed);
    for (int label = 0; label < classes; ++label) {
        const std::string class_folder = folder + "/class" + std::to_string(label);
        fs::create_directories(class_folder);
        for (int i = 0; i < count; ++i) {
            std::string pixels = "P6\n8 8\n255\n";
            for (int byte = 0; byte < 8 * 8 * 3; ++byte) {
                pixels += static_cast<char>(static_cast<std::uint64_t>(30 + 150 * label / classes) +
                                            rng.below(60));
            }
            write(class_folder + "/" + std::to_string(i) + ".ppm", pixels);
        }
    }
}

void write(const std::string& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

std::string read(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

bool exists(const std::string& path) {
    return fs::exists(path);
}

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace nanonas::test
