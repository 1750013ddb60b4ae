// The C around an export, as text with @name@ and @NAME@ for the export's prefix: start-up code, a
// small application to weigh, a program that runs images. None of it depends on the network.
#pragma once

#include <string>

#include "export/device/core.hpp"

namespace nanonas::device {

/// Vector table, memory set up, then `int application(void)` (a program that never returns as
/// firmware, or one that ends the emulation with its result).
extern const char* const kStartProgram;

/// Firmware that classifies for ever: what a user's ELF holds at least. With WITHOUT_MODEL the same
/// without the network; with ROWS frames arrive row by row.
extern const char* const kFirmwareProgram;

/// Runs every image of images.bin, writes scores.bin and, on a device, figures.bin (layout in
/// figures.hpp). With HOST it is a program of this computer.
extern const char* const kRunProgram;

/// Each mark replaced by the export's name.
std::string named_program(const char* program, const std::string& name);

std::string linker_script(const Machine& machine);

}  // namespace nanonas::device
