// One invocation of the program: what was asked, where progress goes, how to go on if stopped.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/nanonas/command_line.hpp"
#include "apps/nanonas/display.hpp"
#include "space/errors.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::app {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;
constexpr int kNothingFits = 3;

/// No network fits the budget; ends the program with kNothingFits.
class NothingFits : public Error {
  public:
    using Error::Error;
};

class Session {
  public:
    Session(const Command& command, Display& display) : command_(command), display_(display) {}

    const Command& command() const { return command_; }
    const Config& config() const { return command_.config; }
    Display& display() { return display_; }

    /// From now on an interruption names this run as the one to resume.
    void began(const std::string& run_directory);
    /// The one line that ends an interrupted invocation.
    std::string farewell() const;

    /// Prints the result on standard output: the document with --json, else the text. Its
    /// "failures", when it has any, go to standard error, a line each.
    /// Throws IoError when standard output cannot be written.
    void result(const nlohmann::json& document, const std::string& text);

  private:
    const Command& command_;
    Display& display_;
    mutable std::mutex mutex_;
    std::string run_directory_;
};

class RunDirectory;
/// Adds the run and the time since `watch` began to `summary`, writes and prints it.
void finish_run(Session& session, const RunDirectory& run, const Stopwatch& watch,
                nlohmann::json& summary);

struct RunPlan;
/// A line when a run is not simply begun: --resume found none, or a product is gone.
void tell_start(Session& session, const RunPlan& plan);
/// Prints the summary of a finished run again.
int show_finished(Session& session, const RunPlan& plan);

/// One function per verb, each returning the exit code.
int run_search(Session& session);
int run_train(Session& session);
int run_quantize(Session& session);
int run_evaluate(Session& session);
int run_export(Session& session);
int run_profile(Session& session);
int run_validate(Session& session);
int run_targets(Session& session);
int run_bench(Session& session);

/// Writes text to standard output. Throws IoError when it cannot be written.
void print(const std::string& text);

}  // namespace nanonas::app
