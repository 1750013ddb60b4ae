#include "export/device/toolchain.hpp"

#include "space/files.hpp"

namespace nanonas::device {

namespace {

const char* const kCompiler = "arm-none-eabi-gcc";
const char* const kEmulator = "qemu-system-arm";
/// Size-optimized newlib; the compiler knows its place when Debian's package is there.
const char* const kLibrary = "nano.specs";

/// The first line that a compiler answers; empty when it cannot be run.
std::string ask(const std::string& program, const std::string& question,
                const TemporaryDirectory& scratch, const Limits& limits) {
    const std::string answer = scratch.file("answer");
    Limits own = limits;
    own.progress = nullptr;
    const Finished asked = run_program({program, question}, answer, "", "", own);
    return asked.started && asked.code == 0 ? first_line(read_file(answer)) : "";
}

}  // namespace

Toolchain find_toolchain(const Limits& limits) {
    const TemporaryDirectory scratch(limits.scratch);
    Toolchain tools;
    std::string missing, packages;
    const auto lacks = [&](const std::string& what, const std::string& package) {
        missing += (missing.empty() ? "" : ", ") + what;
        packages += " " + package;
    };
    const std::string compiler = find_program(kCompiler);
    const std::string version = compiler.empty() ? "" : ask(compiler, "--version", scratch, limits);
    if (version.empty()) {
        lacks(kCompiler, "gcc-arm-none-eabi libnewlib-arm-none-eabi");
    } else if (ask(compiler, std::string("-print-file-name=") + kLibrary, scratch, limits)
                   .find('/') == std::string::npos) {
        lacks(std::string("newlib (") + kLibrary + ") of " + kCompiler, "libnewlib-arm-none-eabi");
    } else {
        tools.compiler = compiler;
        tools.compiler_version = version;
    }
    tools.emulator = find_program(kEmulator);
    if (tools.emulator.empty()) {
        lacks(kEmulator, "qemu-system-arm");
    }
    if (!missing.empty()) {
        tools.missing = missing +
                        ": not found; install with: apt-get install --no-install-recommends" +
                        packages;
    }
    return tools;
}

HostCompiler find_host_compiler(const Limits& limits) {
    const TemporaryDirectory scratch(limits.scratch);
    for (const char* const name : {"cc", "gcc", "clang"}) {
        const std::string version = ask(name, "--version", scratch, limits);
        if (!version.empty()) {
            return {name, version};
        }
    }
    return {};
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace nanonas::device
