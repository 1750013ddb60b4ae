// Reports of export/device as JSON and as text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "export/device/validate.hpp"
#include "space/network.hpp"

namespace nanonas::app {

/// The linked firmware: sections of the whole and of the network in it.
nlohmann::json linked_json(const device::LinkedFirmware& linked, std::int64_t arena_bytes);

/// One core's report beside the native cost model's figures for that core.
nlohmann::json device_json(const device::DeviceReport& report, const space::Network& network);

/// "8 images: every byte equals the integer reference" or "FAILED: ..." of {images, mismatches,
/// first_mismatch}.
std::string verdict_text(const nlohmann::json& compared);

/// What the header states and the device does not keep: arena and stack of "frame" or "rows".
std::vector<std::string> broken_promises(const nlohmann::json& report, const char* entry);

/// Tables of a document that device_json made.
std::string device_text(const nlohmann::json& report);

nlohmann::json compared_json(const device::Mismatch& compared);

}  // namespace nanonas::app
