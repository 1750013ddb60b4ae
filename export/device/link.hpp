// What an export takes when it is linked into firmware: the cross linker's word, not an estimate.
#pragma once

#include <optional>
#include <string>

#include "export/device/core.hpp"
#include "export/device/elf.hpp"
#include "export/device/toolchain.hpp"

namespace nanonas::device {

/// A C export on disk: `<folder>/<name>.h`, `.c` and `_vectors.h`.
struct Export {
    std::string folder;
    std::string name;
};

/// The export in `folder`, found by its `<name>_vectors.h`. Throws ExportError when there is none
/// or more than one.
Export find_export(const std::string& folder);

/// Firmware with the network and the same firmware without it.
struct LinkedFirmware {
    Sections whole;
    Sections without;

    Sections model() const { return whole - without; }
};

/// The two firmwares of an export, as linked for one core.
struct LinkReport {
    std::string core;
    std::string compiler;  ///< its version line
    std::string flags;
    LinkedFirmware frame;  ///< whole frames through the export's own buffer
    LinkedFirmware rows;   ///< rows pushed one by one; one row is the firmware's own
    /// `<NAME>_STACK_BYTES` of the header as that compiler sees it; absent when it has none.
    std::optional<std::int64_t> stated_stack_bytes;
    std::int64_t stated_frame_arena_bytes = 0;  ///< `<NAME>_ARENA_BYTES`
    std::int64_t stated_rows_arena_bytes = 0;
};

/// Throws ExportError with the compiler's first complaint when the export does not compile or link,
/// Interrupted. `tools` must be able to link.
LinkReport link_report(const Export& source, const Core& core, const Toolchain& tools,
                       const Limits& limits = {});

/// Of the cross compiler, for every program here; the level the cost model's figures hold for.
std::vector<std::string> compile_words(const Core& core, const Toolchain& tools);

/// The first line of a compiler's messages that says "error" or "overflowed", else the first one.
std::string first_complaint(const std::string& messages);

/// Runs a compiler; throws ExportError "<what>: does not compile (<first error>)" when it fails,
/// NotStarted when there is none.
void compile(const std::vector<std::string>& words, const std::string& what,
             const TemporaryDirectory& scratch, const Limits& limits);

}  // namespace nanonas::device
