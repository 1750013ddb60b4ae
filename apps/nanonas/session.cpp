#include "apps/nanonas/session.hpp"

#include <cerrno>
#include <cstdio>

#include "apps/nanonas/interrupt.hpp"
#include "apps/pipeline/resolve.hpp"
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

std::string Session::advice() const {
    const std::lock_guard<std::mutex> guard(mutex_);
    return run_directory_.empty()
               ? ""
               : one_line("go on with: " + resume_command(command_, run_directory_));
}

std::string Session::farewell() const {
    const std::string on = advice();
    return "nanonas: interrupted; " + (on.empty() ? "nothing was written" : on);
}

Task Session::task() {
    Task task;
    task.threads = worker_count(config());
    task.stop = &stop_requested();
    task.progress = [this](const Progress& at) {
        if (at.ended) {
            display_.remove(at.part);
        } else {
            display_.bar(at.part, {at.label, at.fraction, at.detail}, at.is_long);
        }
    };
    task.told = [this](const std::string& text, bool detail) {
        detail ? display_.note(text) : display_.line(text);
    };
    return task;
}

int Session::result(const nlohmann::json& document, const std::string& text,
                    const std::vector<std::string>& failures) {
    display_.close();
    print(config().output.json ? json::text(document, 2) + "\n" : many_lines(text));
    for (const std::string& failure : failures) {
        std::fprintf(stderr, "nanonas: %s\n", one_line(failure).c_str());
    }
    return failures.empty() ? kDone : kFailed;
}

}  // namespace nanonas::app
