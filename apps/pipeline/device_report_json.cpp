#include "apps/pipeline/device_report_json.hpp"

#include <cmath>

namespace nanonas::pipeline {

using json = nlohmann::json;

namespace {

json to_json(const device::Sections& sections) {
    return {{"text", sections.text},
            {"rodata", sections.rodata},
            {"data", sections.data},
            {"bss", sections.bss},
            {"flash_bytes", sections.flash_bytes()},
            {"static_ram_bytes", sections.ram_bytes()}};
}

device::Sections read_sections(const json& value) {
    return {value.at("text").get<std::int64_t>(), value.at("rodata").get<std::int64_t>(),
            value.at("data").get<std::int64_t>(), value.at("bss").get<std::int64_t>()};
}

json to_json(const device::LinkedFirmware& linked, std::int64_t arena_bytes) {
    return {{"whole", to_json(linked.whole)},
            {"network", to_json(linked.model())},
            {"without", to_json(linked.without)},
            {"stated_arena_bytes", arena_bytes}};
}

device::LinkedFirmware read_firmware(const json& value) {
    return {read_sections(value.at("whole")), read_sections(value.at("without"))};
}

json entry_json(const device::EntryReport& entry, std::int64_t arena_bytes, std::int64_t macc) {
    json one = pipeline::to_json(entry.compared);
    one["instructions"] = std::llround(entry.run.instructions);
    one["fewest"] = entry.run.fewest;
    one["most"] = entry.run.most;
    one["per_macc"] = entry.run.instructions / static_cast<double>(macc);
    one["stack_bytes"] = entry.run.stack_bytes;
    one["ram_bytes"] = entry.ram_bytes();
    one["flash_bytes"] = entry.flash_bytes();
    one["linked"] = to_json(entry.linked, arena_bytes);
    return one;
}

device::EntryReport read_entry(const json& value, std::string machine) {
    device::EntryReport entry;
    entry.run.machine = std::move(machine);
    entry.run.instructions = value.at("instructions").get<double>();
    entry.run.fewest = value.value("fewest", std::int64_t{0});
    entry.run.most = value.value("most", std::int64_t{0});
    entry.run.stack_bytes = value.at("stack_bytes").get<std::int64_t>();
    entry.compared = {value.at("images").get<std::int64_t>(),
                      value.at("mismatches").get<std::int64_t>(),
                      value.at("first_mismatch").get<std::string>()};
    entry.linked = read_firmware(value.at("linked"));
    return entry;
}

CoreReport read_core(const json& value) {
    CoreReport report;
    device::LinkReport& link = report.device.link;
    link.core = value.at("core").get<std::string>();
    link.compiler = value.at("compiler").get<std::string>();
    link.flags = value.at("flags").get<std::string>();
    report.device.frame = read_entry(value.at("frame"), value.at("machine").get<std::string>());
    report.device.rows = read_entry(value.at("rows"), value.at("rows_machine").get<std::string>());
    link.frame = report.device.frame.linked;
    link.rows = report.device.rows.linked;
    const auto arena = [&value](const char* entry) {
        return value.at(entry).at("linked").at("stated_arena_bytes").get<std::int64_t>();
    };
    link.stated_frame_arena_bytes = arena("frame");
    link.stated_rows_arena_bytes = arena("rows");
    if (value.contains("stated_stack_bytes")) {
        link.stated_stack_bytes = value.at("stated_stack_bytes").get<std::int64_t>();
    }
    const json& model = value.at("cost_model");
    report.model.ram_bytes = model.at("ram_bytes").get<std::int64_t>();
    report.model.flash_bytes = model.at("flash_bytes").get<std::int64_t>();
    report.model.macc = model.value("macc", std::int64_t{0});
    report.model.basis = model.value("basis", "");
    if (model.contains("instructions")) {
        report.model.instructions = model.at("instructions").get<std::int64_t>();
    }
    return report;
}

}  // namespace

json to_json(const device::Mismatch& compared) {
    return {{"images", compared.images},
            {"mismatches", compared.mismatches},
            {"first_mismatch", compared.first}};
}

json to_json(const CoreReport& report) {
    const device::LinkReport& link = report.device.link;
    json document = {
        {"core", link.core},
        {"machine", report.device.frame.run.machine},
        {"rows_machine", report.device.rows.run.machine},
        {"compiler", link.compiler},
        {"flags", link.flags},
        {"frame",
         entry_json(report.device.frame, link.stated_frame_arena_bytes, report.model.macc)},
        {"rows", entry_json(report.device.rows, link.stated_rows_arena_bytes, report.model.macc)},
        {"mismatches", report.device.mismatches()},
        {"cost_model",
         {{"ram_bytes", report.model.ram_bytes},
          {"flash_bytes", report.model.flash_bytes},
          {"macc", report.model.macc},
          {"basis", report.model.basis}}},
    };
    if (link.stated_stack_bytes) {
        document["stated_stack_bytes"] = *link.stated_stack_bytes;
    }
    if (report.model.instructions) {
        document["cost_model"]["instructions"] = *report.model.instructions;
    }
    if (!report.bounds.empty()) {
        document["bounds"] = report.bounds;
    }
    for (const device::LayerReport& layer : report.device.layers) {
        document["layers"].push_back({{"name", layer.name},
                                      {"macc", layer.macc},
                                      {"instructions", std::llround(layer.instructions)}});
    }
    return document;
}

json to_json(const LinkedReport& linked) {
    json value = {{"core", linked.core},
                  {"core_is_the_targets", linked.core_is_the_targets},
                  {"entry", linked.by_rows ? "rows" : "frame"},
                  {"missing", linked.missing}};
    if (!linked.failed.empty()) {
        value["failed"] = linked.failed;
    }
    if (!linked.link) {
        return value;
    }
    value["compiler"] = linked.link->compiler;
    value["flags"] = linked.link->flags;
    value["frame"] = to_json(linked.link->frame, linked.link->stated_frame_arena_bytes);
    value["rows"] = to_json(linked.link->rows, linked.link->stated_rows_arena_bytes);
    if (linked.device) {
        value["device"] = to_json(*linked.device);
    }
    if (!linked.frame_stack_bytes || !linked.rows_stack_bytes) {
        return value;
    }
    value["frame"]["stack_bytes"] = *linked.frame_stack_bytes;
    value["rows"]["stack_bytes"] = *linked.rows_stack_bytes;
    value["frame"]["ram_bytes"] = *linked.ram_bytes(false);
    value["rows"]["ram_bytes"] = *linked.ram_bytes(true);
    value["ram_bytes"] = *linked.ram_bytes(linked.by_rows);
    value["flash_bytes"] = *linked.flash_bytes(linked.by_rows);
    value["overruns"] = linked.overruns;
    return value;
}

LinkedReport read_linked(const json& value) {
    LinkedReport linked;
    linked.core = value.at("core").get<std::string>();
    linked.core_is_the_targets = value.value("core_is_the_targets", false);
    linked.by_rows = value.value("entry", "frame") == "rows";
    linked.missing = value.value("missing", "");
    linked.failed = value.value("failed", "");
    if (!value.contains("frame")) {
        return linked;
    }
    device::LinkReport link;
    link.core = linked.core;
    link.compiler = value.at("compiler").get<std::string>();
    link.flags = value.value("flags", "");
    link.frame = read_firmware(value.at("frame"));
    link.rows = read_firmware(value.at("rows"));
    link.stated_frame_arena_bytes = value.at("frame").value("stated_arena_bytes", std::int64_t{0});
    link.stated_rows_arena_bytes = value.at("rows").value("stated_arena_bytes", std::int64_t{0});
    linked.link = link;
    if (value.contains("device")) {
        linked.device = read_core(value.at("device"));
    }
    if (linked.failed.empty()) {
        linked.frame_stack_bytes = value.at("frame").at("stack_bytes").get<std::int64_t>();
        linked.rows_stack_bytes = value.at("rows").at("stack_bytes").get<std::int64_t>();
    }
    linked.overruns = value.value("overruns", std::vector<std::string>());
    return linked;
}

json to_json(const ValidateReport& report) {
    json document = {{"verb", "validate"},
                     {"model", report.model},
                     {"c", report.c},
                     {"network", report.network},
                     {"images", report.images},
                     {"vectors", to_json(report.vectors)},
                     {"devices", json::array()},
                     {"overruns", report.overruns},
                     {"mismatches", report.mismatches()}};
    if (report.host) {
        document["host"] = {{"compiler", report.host->compiler},
                            {"not_done", report.host->not_done},
                            {"frame", to_json(report.host->frame)},
                            {"rows", to_json(report.host->rows)}};
    }
    for (const CoreReport& core : report.devices) {
        document["devices"].push_back(to_json(core));
    }
    if (!report.failed.empty()) {
        document["failed"] = report.failed;
    }
    return document;
}

}  // namespace nanonas::pipeline
