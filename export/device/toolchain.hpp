// The compilers and the emulator that are here.
#pragma once

#include <string>

#include "export/device/process.hpp"

namespace nanonas::device {

/// The cross compiler and the emulator, as Debian packages them.
struct Toolchain {
    std::string compiler;          ///< arm-none-eabi-gcc; empty: it or its newlib is missing
    std::string compiler_version;  ///< "arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205"
    std::string emulator;          ///< qemu-system-arm; empty: missing
    std::string missing;           ///< one line with the command that installs it; empty: all there

    bool can_link() const { return !compiler.empty(); }
    bool can_run() const { return can_link() && !emulator.empty(); }
};

/// Looks on PATH. Never throws for what is missing.
Toolchain find_toolchain(const Limits& limits = {});

/// A C compiler for this computer.
struct HostCompiler {
    std::string program;  ///< "cc", "gcc" or "clang"; empty: none runs
    std::string version;  ///< the line it calls itself by
};

/// The first one on PATH that runs. Never throws for what is missing.
HostCompiler find_host_compiler(const Limits& limits = {});

/// Where C can be compiled and run on this computer.
struct Host {
    HostCompiler compiler;
    std::string folder;   ///< as Limits::scratch: what was compiled there could be started
    std::string missing;  ///< one line why nothing can be checked here; empty: it can
};

/// Tries it with a program of one line, in `limits.scratch` and in the system's temporary folder.
/// Never throws for what is missing.
Host find_host(const Limits& limits = {});

/// Of a program's answer.
std::string first_line(const std::string& text);

}  // namespace nanonas::device
