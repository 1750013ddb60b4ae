// Where workers come from, as --workers-from names it, and the commands that start them.
#pragma once

#include <string>
#include <vector>

namespace nanonas::pipeline {

/// A command that is one end of the worker protocol, kept running while a search lasts.
struct WorkerSource {
    std::string name;                ///< for people: "ssh:hostA*4"
    std::vector<std::string> words;  ///< the program, found on PATH, and its arguments
};

/// One source a line:
///     cmd:[N*]COMMAND               N processes of a shell command, 1 without it
///     ssh:HOST[*N][,HOST[*N]...]    `PROGRAM worker --workers N` there, 1 without it
///     ray:ADDRESS[*N]               `python3 -m nanonas.ray`, with at most N workers
/// `program`: how nanonas is called on the other machines; empty: "nanonas". Throws ConfigError.
std::vector<WorkerSource> parse_worker_sources(const std::string& text, const std::string& program);

}  // namespace nanonas::pipeline
