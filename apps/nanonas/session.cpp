#include "apps/nanonas/session.hpp"

#include <cerrno>
#include <cstdio>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "space/printable.hpp"

namespace nanonas::app {

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        throw_io_error("standard output", "cannot be written", errno);
    }
}

void Session::began(const std::string& run_directory) {
    const std::lock_guard<std::mutex> guard(mutex_);
    run_directory_ = run_directory;
}

std::string Session::farewell() const {
    const std::lock_guard<std::mutex> guard(mutex_);
    return run_directory_.empty() ? "nanonas: interrupted; nothing was written"
                                  : one_line("nanonas: interrupted; go on with: " +
                                             resume_command(command_, run_directory_));
}

void Session::result(const nlohmann::json& document, const std::string& text) {
    display_.close();
    print(config().output.json ? json::text(document, 2) + "\n" : many_lines(text));
    if (document.contains("failures")) {
        for (const nlohmann::json& failure : document["failures"]) {
            std::fprintf(stderr, "nanonas: %s\n", one_line(failure.get<std::string>()).c_str());
        }
    }
}

}  // namespace nanonas::app
