// One core's whole verdict on an export: linked, run through both entry points, compared, counted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "export/device/check.hpp"
#include "export/device/link.hpp"
#include "export/device/run.hpp"
#include "export/int8/int8_network.hpp"

namespace nanonas::device {

/// One entry point of the export: run, compared, linked.
struct EntryReport {
    DeviceRun run;
    Mismatch compared;
    LinkedFirmware linked;

    /// Static memory of the whole firmware and the stack of an inference.
    std::int64_t ram_bytes() const { return linked.whole.ram_bytes() + run.stack_bytes; }
    std::int64_t flash_bytes() const { return linked.whole.flash_bytes(); }
};

/// What one layer takes on the device.
struct LayerReport {
    std::string name;
    std::int64_t macc = 0;
    double instructions = 0.0;  ///< per inference of the frame entry
};

/// An export on one core, through both entry points.
struct DeviceReport {
    LinkReport link;
    EntryReport frame;
    EntryReport rows;
    std::vector<LayerReport> layers;  ///< empty when not asked for

    std::int64_t mismatches() const { return frame.compared.mismatches + rows.compared.mismatches; }
};

/// What is to be validated, and how far.
struct ValidateRequest {
    Export source;
    const exporting::Int8Network* network = nullptr;
    space::ImageView images;
    const std::vector<std::int8_t>* expected = nullptr;  ///< oracle_scores of the images
    bool layers = true;
    std::string program;             ///< folder of the shipped main.c, run too; may be empty
    std::optional<LinkReport> link;  ///< of this source and core, when it was made already
};

/// Adds the turns of the clock that a frame's one call went through unnoticed; rows are calls so
/// short that they never do, and together they take as many instructions.
void add_clock_turns(DeviceRun& frame, const DeviceRun& rows);

/// Throws ExportError when the export does not compile, link, run or end; Interrupted. A mismatch
/// is no error but part of the report. `done` is told "frame entry" or "rows entry" and the share
/// of its images that is done.
DeviceReport validate(const ValidateRequest& request, const Core& core, const Toolchain& tools,
                      const Limits& limits = {},
                      const std::function<void(const char* part, double fraction)>& done = {});

/// Both entry points on this computer.
struct HostReport {
    std::string compiler;  ///< its version line; empty: nothing was checked
    std::string not_done;  ///< why nothing could be checked here, which says nothing of the export
    Mismatch frame, rows;
    bool shipped_program_failed = false;  ///< the shipped main.c, on the shipped vectors

    std::int64_t mismatches() const { return frame.mismatches + rows.mismatches; }
};

/// The one check of the C on this computer. Throws ExportError when the export does not compile,
/// run or end; Interrupted.
HostReport validate_here(const ValidateRequest& request, const Limits& limits = {});

}  // namespace nanonas::device
