// figures.bin: what kRunProgram counted, as it lies in the device's memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/device/core.hpp"

namespace nanonas::device {

/// Layers a traced program can tell apart; what is more is counted as "outside".
constexpr std::size_t kTracedLayers = 32;

/// What a traced program counted while it classified images.
struct Figures {
    std::int64_t images = 0;
    std::int64_t stack_bytes = 0;
    double instructions = 0.0;  ///< mean over the images
    std::int64_t fewest = 0, most = 0;
    std::vector<double> layer_instructions;  ///< kTracedLayers, per image; all 0 without a trace
};

/// Little-endian words in the order of the struct `figures` of kRunProgram:
///   uint64 total, fewest, most ticks; ticks of all calibration pairs; ticks of all calibration
///   trace calls; ticks per layer [33]; trace calls per layer [33];
///   uint32 images, measured intervals per image, calibration pairs, stack bytes.
/// Ticks become instructions by the machine's clock, less what reading the clock takes.
/// Throws ExportError naming `file` for another size.
Figures read_figures(const std::string& bytes, const Machine& machine, const std::string& file);

}  // namespace nanonas::device
