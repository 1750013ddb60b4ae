// An export run on images: on an emulated core, or on this computer.
#pragma once

#include <string>
#include <vector>

#include "export/device/core.hpp"
#include "export/device/link.hpp"
#include "space/images.hpp"

namespace nanonas::device {

/// How pixels arrive: a whole frame, or row by row with the frame buffer left out.
enum class Entry { kFrame, kRows };

/// Scores and counts of one program over all images.
struct DeviceRun {
    std::string machine;  ///< empty: this computer, which has scores only
    std::int64_t images = 0;
    std::vector<std::int8_t> scores;  ///< [images][classes]
    /// Executed from the call to its return, mean over the images; emulated instructions, not
    /// cycles.
    double instructions = 0.0;
    std::int64_t fewest = 0, most = 0;
    /// Instructions after which the clock begins again: one call is counted modulo this.
    double clock_turn = 0.0;
    std::vector<double> layer_instructions;  ///< by trace index; empty when not traced
    std::int64_t stack_bytes = 0;            ///< most the network ever used below its caller
};

/// What is to run on a device, and over which images.
struct RunRequest {
    Export source;
    Entry entry = Entry::kFrame;
    std::int64_t classes = 0;
    space::ImageView images;
    bool trace = false;  ///< instructions per layer; the total is then too high by the tracing
};

/// Compiles for the core and runs under qemu-system-arm, which counts instructions. Images go in
/// and scores come out through semihosting. Limits::progress is called with no argument while it
/// runs; done images are reported to `done`. Throws ExportError when the export does not compile,
/// does not fit the emulated boards, faults, hangs or answers for fewer images; Interrupted.
DeviceRun run(const RunRequest& request, const Core& core, const Toolchain& tools,
              const Limits& limits = {}, const std::function<void(std::int64_t images)>& done = {});

/// The same program on this computer with `compiler` (cc, gcc, clang); the header lies beside the
/// source or in ../include. Throws as above, NotStarted where it may not run.
DeviceRun run_here(const RunRequest& request, const std::string& compiler,
                   const Limits& limits = {});

/// The shipped main.c of the folder `program`, which runs the shipped vectors and says whether each
/// score is the reference's. Throws as above.
bool shipped_program_agrees(const Export& source, const std::string& program,
                            const std::string& compiler, const Limits& limits = {});

}  // namespace nanonas::device
