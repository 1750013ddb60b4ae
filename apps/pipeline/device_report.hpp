// What an export takes and answers on a device's core, linked and emulated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "export/device/validate.hpp"
#include "export/int8/int8_network.hpp"
#include "space/budget.hpp"

namespace nanonas::pipeline {

/// One core's verdict beside what the native cost model says for that core.
struct CoreReport {
    /// The cost model's figures.
    struct Model {
        std::int64_t ram_bytes = 0, flash_bytes = 0, macc = 0;
        std::optional<std::int64_t> instructions;
        std::string basis;
    };

    device::DeviceReport device;
    Model model;
    std::string bounds;  ///< what the whole firmware was held to; empty: nothing was asked
};
CoreReport core_report(device::DeviceReport device, const exporting::Int8Network& network);

/// A run's winner linked for its target's core.
struct LinkedReport {
    std::string core;
    bool core_is_the_targets = false;
    bool by_rows = false;  ///< the entry that the runtime prices: rows, else whole frames
    std::string missing;   ///< the tools, or the core's flags; empty: nothing
    std::string failed;    ///< the export does not link or run
    std::optional<device::LinkReport> link;
    /// Of an inference: measured, else stated in the header. Absent when `failed`.
    std::optional<std::int64_t> frame_stack_bytes, rows_stack_bytes;
    std::optional<CoreReport> device;   ///< where it could be emulated
    std::vector<std::string> overruns;  ///< sentences: bounds that the linked firmware breaks

    /// With its stack; absent when nothing was linked.
    std::optional<std::int64_t> ram_bytes(bool rows) const;
    std::optional<std::int64_t> flash_bytes(bool rows) const;
};

/// "cortex-m4: RAM 41,000 B > 40,960 B by 40 B", one for each bound broken by the linked firmware.
std::vector<std::string> overruns(std::int64_t ram_bytes, std::int64_t flash_bytes,
                                  const space::Budget& budget, const std::string& core);

/// "8 images: every byte equals the integer reference", or "8 images: FAILED, 2 differ (...)".
std::string verdict(const device::Mismatch& compared);
/// Sentences: what the header states and the device does not keep, of one entry.
std::vector<std::string> broken_promises(const CoreReport& report, bool rows);

/// What validate() saw.
struct ValidateReport {
    std::string model;    ///< file
    std::string c;        ///< the C that was run: its folder, or whose export it is
    std::string network;  ///< "28x28x1, 10 classes"
    std::int64_t images = 0;
    device::Mismatch vectors;  ///< the shipped scores against the integer reference
    std::optional<device::HostReport> host;
    std::vector<CoreReport> devices;
    std::vector<std::string> overruns;
    std::string failed;  ///< the C does not compile, link, run or end

    std::int64_t mismatches() const;
    /// Sentences; with `strict` the broken bounds too.
    std::vector<std::string> failures(bool strict) const;
};

}  // namespace nanonas::pipeline
