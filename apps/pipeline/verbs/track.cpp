#include "apps/pipeline/verbs/track.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "export/device/process.hpp"
#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::pipeline {

namespace {

constexpr const char* kOwn = "nanonas: ";
constexpr int kTooOld = 3;
constexpr int kNoPackage = 4;
/// A folder of this name where the program is started, such as a clone, is no package.
constexpr const char* kProbe =
    "import sys, importlib.util\n"
    "if sys.version_info < (3, 11): sys.exit(3)\n"
    "sys.path = [folder for folder in sys.path if folder]\n"
    "found = importlib.util.find_spec('nanonas')\n"
    "sys.exit(0 if found and found.origin else 4)";

void require_python() {
    const std::string python = device::find_program("python3");
    if (python.empty()) {
        throw ConfigError("track: needs python3, 3.11 or later, and none is on PATH");
    }
    const device::Finished probe = device::run_program({python, "-c", kProbe}, "", "");
    if (probe.code == kTooOld) {
        throw ConfigError("track: " + python + " is too old; expected Python 3.11 or later");
    }
    if (probe.code == kNoPackage) {
        throw ConfigError("track: " + python +
                          " has no package nanonas; `pip install .` in a checkout installs it "
                          "(docs/python.md)");
    }
    if (probe.code != 0) {
        throw ConfigError("track: " + python + " does not run" +
                          (probe.why.empty() ? "" : " (" + probe.why + ")"));
    }
}

/// The last line that the package says for itself, else the last at all.
std::string last_words(const std::string& text) {
    std::string last = "Python ended without a word", own;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        if (line.rfind(kOwn, 0) == 0) {
            own = line.substr(std::string(kOwn).size());
        }
        last = line.empty() ? last : line;
        at = end + 1;
    }
    return own.empty() ? last : own;
}

}  // namespace

std::vector<std::string> tracker_names() {
    return {"mlflow", "wandb", "trackio", "optuna"};
}

std::vector<TrackedRun> track(const std::vector<std::string>& runs, const TrackOptions& options,
                              const Task& task) {
    if (options.to.empty()) {
        throw ConfigError("--to: needed; one of " + listed(tracker_names()));
    }
    require_python();
    // -P: what lies where the program is started, such as W&B's folder, is no package.
    std::vector<std::string> words = {"python3", "-P",       "-m",           "nanonas.track",
                                      "--to",    options.to, "--experiment", options.experiment};
    if (!options.uri.empty()) {
        words.insert(words.end(), {"--uri", options.uri});
    }
    words.emplace_back("--");
    words.insert(words.end(), runs.begin(), runs.end());
    const device::TemporaryDirectory scratch;
    device::Limits limits;
    limits.stop = task.stop;
    limits.seconds = std::numeric_limits<double>::infinity();
    task.at({"track", options.to, 0.0, "", false});
    const device::Finished finished =
        device::run_program(words, scratch.file("out"), scratch.file("err"), "", limits);
    task.ended("track");
    if (finished.code == 2) {
        throw ConfigError(last_words(read_file(scratch.file("err"))));
    }
    if (finished.code != 0) {
        throw IoError("track: " + last_words(read_file(scratch.file("err"))));
    }
    std::vector<TrackedRun> tracked;
    try {
        const auto rows = nlohmann::json::parse(read_file(scratch.file("out")));
        for (const nlohmann::json& row : rows) {
            tracked.push_back({row.at("run"), row.at("id"), row.at("candidates"), row.at("added"),
                               row.at("finished")});
        }
    } catch (const nlohmann::json::exception&) {
        throw IoError("track: the package nanonas of python3 is of another version");
    }
    return tracked;
}

}  // namespace nanonas::pipeline
