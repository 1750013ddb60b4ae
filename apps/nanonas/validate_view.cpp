#include "apps/nanonas/validate_view.hpp"

#include "apps/nanonas/device_view.hpp"

namespace nanonas::app {

namespace {

std::string host_text(const nlohmann::json& host) {
    if (host["compiler"] == "") {
        return "  this computer: not checked, " + host["not_done"].get<std::string>() + "\n";
    }
    return "  this computer, " + host["compiler"].get<std::string>() + "\n    frame entry  " +
           verdict_text(host["frame"]) + "\n    rows entry   " + verdict_text(host["rows"]) + "\n";
}

}  // namespace

std::vector<std::string> validate_failures(const nlohmann::json& document, bool strict) {
    std::vector<std::string> lines;
    const auto judge = [&](const std::string& what, const nlohmann::json& compared) {
        if (compared["mismatches"] > 0) {
            lines.push_back(what + ": " + verdict_text(compared));
        }
    };
    judge("shipped vectors", document["vectors"]);
    for (const char* entry : {"frame", "rows"}) {
        const std::string name = std::string(entry) + " entry";
        if (document.contains("host")) {
            judge("this computer, " + name, document["host"][entry]);
        }
        for (const nlohmann::json& device : document["devices"]) {
            const std::string where = device["core"].get<std::string>() + ", " + name;
            judge(where, device[entry]);
            for (const std::string& broken : broken_promises(device, entry)) {
                lines.push_back(where + ": " + broken);
            }
        }
    }
    if (document.contains("failed")) {
        lines.push_back(document["failed"].get<std::string>());
    }
    if (strict) {
        for (const nlohmann::json& overrun : document["overruns"]) {
            lines.push_back("--strict: " + overrun.get<std::string>());
        }
    }
    return lines;
}

std::string validate_text(const nlohmann::json& document) {
    std::string text = "\n" + document["c"].get<std::string>() + ": " +
                       document["network"].get<std::string>() + "\n\n  shipped vectors  " +
                       verdict_text(document["vectors"]) + "\n";
    if (document.contains("host")) {
        text += "\n" + host_text(document["host"]);
    }
    for (const nlohmann::json& one : document["devices"]) {
        text += "\n" + device_text(one);
    }
    for (const nlohmann::json& overrun : document["overruns"]) {
        text += "\n  over the budget: " + overrun.get<std::string>() + "\n";
    }
    if (document["devices"].empty() && !document.contains("failed")) {
        text += "\n  No device was emulated: name one with --device or --target.\n";
    }
    return text;
}

}  // namespace nanonas::app
