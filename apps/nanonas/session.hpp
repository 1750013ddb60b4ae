// One invocation of the program: what was asked, where progress goes, how to go on if stopped.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/nanonas/display.hpp"
#include "apps/nanonas/options/command_line.hpp"
#include "space/task.hpp"

namespace nanonas::app {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;
constexpr int kNothingFits = 3;

class Session {
  public:
    Session(const Command& command, Display& display) : command_(command), display_(display) {}

    const Command& command() const { return command_; }
    const Config& config() const { return command_.config; }
    Display& display() { return display_; }
    /// As many threads as --workers says; stops at Ctrl-C; shown by the display.
    Task task();

    /// From now on an interruption names this run as the one to resume.
    void began(const std::string& run_directory);
    /// "go on with: nanonas search ... --resume"; empty when nothing has begun.
    std::string advice() const;
    /// The one line that ends an interrupted invocation.
    std::string farewell() const;

    /// Prints the result on standard output: the document with --json, else the text; then the
    /// failures on standard error, a line each. Throws IoError when standard output cannot be
    /// written. Returns the exit code: kFailed when there are failures.
    int result(const nlohmann::json& document, const std::string& text,
               const std::vector<std::string>& failures = {});

  private:
    const Command& command_;
    Display& display_;
    mutable std::mutex mutex_;
    std::string run_directory_;
};

/// Writes text to standard output. Throws IoError when it cannot be written.
void print(const std::string& text);

}  // namespace nanonas::app
