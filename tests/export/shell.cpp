#include "tests/export/shell.hpp"
#include "tests/support/skip.hpp"

#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <stdexcept>

namespace nanonas::testing {

int run_command(const std::string& command, std::string& output) {
    FILE* const pipe = popen(("( " + command + " ) 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        throw std::runtime_error("no shell");
    }
    std::array<char, 4096> buffer{};
    while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
        output.append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

std::string must_run(const std::string& command) {
    std::string output;
    const int code = run_command(command, output);
    INFO(command << "\n" << output);
    REQUIRE(code == 0);
    return output;
}

std::string must_run(const TemporaryFolder& folder, const std::string& command) {
    return must_run("cd " + folder.path() + " && " + command);
}

bool installed(const std::string& program) {
    std::string ignored;
    if (run_command("command -v " + program, ignored) == 0) {
        return true;
    }
    skip(program + " is not installed");
    return false;
}

}  // namespace nanonas::testing
