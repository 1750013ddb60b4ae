#include "apps/pipeline/workers/source.hpp"

#include <cstdint>
#include <sstream>

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::int64_t kMostOfOne = 1024;
const std::string kForms =
    "expected cmd:COMMAND, cmd:N*COMMAND, ssh:HOST[*N][,HOST[*N]...] or ray:ADDRESS[*N]";

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
    throw ConfigError("\"" + text + "\": " + why);
}

bool starts(const std::string& text, const std::string& with) {
    return text.rfind(with, 0) == 0;
}

std::int64_t count_of(const std::string& digits, const std::string& text) {
    return parse_integer(digits, "\"" + text + "\": number of workers", 1, kMostOfOne);
}

/// "hostA*4" as name and number.
struct Counted {
    std::string name;
    std::int64_t count = 0;  ///< 0: none is given
};

Counted counted(const std::string& part, const std::string& text, const char* what) {
    const auto star = part.rfind('*');
    Counted found;
    found.name = part.substr(0, star);
    if (star != std::string::npos) {
        found.count = count_of(part.substr(star + 1), text);
    }
    if (found.name.empty() || found.name.find_first_of(" \t*") != std::string::npos) {
        refuse(text, std::string("\"") + part + "\" is no " + what + "; " + kForms);
    }
    // It would be an option of the program that connects.
    if (found.name[0] == '-') {
        refuse(text, std::string("\"") + part + "\" is no " + what);
    }
    return found;
}

void add_commands(const std::string& text, std::vector<WorkerSource>& sources) {
    std::string command = text.substr(4);
    std::int64_t count = 1;
    const auto digits = command.find_first_not_of("0123456789");
    if (digits != 0 && digits != std::string::npos && command[digits] == '*') {
        count = count_of(command.substr(0, digits), text);
        command = command.substr(digits + 1);
    }
    if (command.find_first_not_of(" \t") == std::string::npos) {
        refuse(text, "no command; " + kForms);
    }
    for (std::int64_t i = 0; i < count; ++i) {
        sources.push_back({"cmd:" + command, {"/bin/sh", "-c", command}});
    }
}

/// A host that is silent for three quarters of a minute is lost; BatchMode never asks for a
/// password.
void add_hosts(const std::string& text, const std::string& program,
               std::vector<WorkerSource>& sources) {
    std::istringstream hosts(text.substr(4) + ",");
    for (std::string part; std::getline(hosts, part, ',');) {
        const Counted host = counted(part, text, "host");
        std::string command = program + " worker";
        if (host.count > 1) {
            command += " --workers " + std::to_string(host.count);
        }
        sources.push_back(
            {"ssh:" + part,
             {"ssh", "-oBatchMode=yes", "-oConnectTimeout=20", "-oServerAliveInterval=15",
              "-oServerAliveCountMax=3", host.name, command}});
    }
}

void add_ray(const std::string& text, const std::string& program,
             std::vector<WorkerSource>& sources) {
    const Counted cluster = counted(text.substr(4), text, "address");
    WorkerSource source = {text, {"python3", "-m", "nanonas.ray", "--address", cluster.name}};
    if (cluster.count > 0) {
        source.words.insert(source.words.end(), {"--slots", std::to_string(cluster.count)});
    }
    if (!program.empty()) {
        source.words.insert(source.words.end(), {"--command", program + " worker"});
    }
    sources.push_back(source);
}

}  // namespace

std::vector<WorkerSource> parse_worker_sources(const std::string& text,
                                               const std::string& program) {
    std::vector<WorkerSource> sources;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (starts(line, "cmd:")) {
            add_commands(line, sources);
        } else if (starts(line, "ssh:")) {
            add_hosts(line, program.empty() ? "nanonas" : program, sources);
        } else if (starts(line, "ray:")) {
            add_ray(line, program, sources);
        } else {
            refuse(line, kForms);
        }
    }
    return sources;
}

}  // namespace nanonas::pipeline
