#include "apps/nanonas/device_view.hpp"

#include <cmath>

#include "apps/nanonas/summary.hpp"
#include "export/runtime.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

using json = nlohmann::json;

json to_json(const device::Sections& sections) {
    return {{"text", sections.text},
            {"rodata", sections.rodata},
            {"data", sections.data},
            {"bss", sections.bss},
            {"flash_bytes", sections.flash_bytes()},
            {"static_ram_bytes", sections.ram_bytes()}};
}

json entry_json(const device::EntryReport& entry, std::int64_t arena_bytes, std::int64_t macc) {
    json one = compared_json(entry.compared);
    one["instructions"] = std::llround(entry.run.instructions);
    one["fewest"] = entry.run.fewest;
    one["most"] = entry.run.most;
    one["per_macc"] = entry.run.instructions / static_cast<double>(macc);
    one["stack_bytes"] = entry.run.stack_bytes;
    one["ram_bytes"] = entry.ram_bytes();
    one["flash_bytes"] = entry.flash_bytes();
    one["linked"] = linked_json(entry.linked, arena_bytes);
    return one;
}

std::string decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

std::string number(const json& value) {
    return grouped(value.get<std::int64_t>());
}

std::vector<std::string> section_row(const std::string& name, const json& part) {
    return {name,
            number(part["text"]),
            number(part["rodata"]),
            number(part["data"]),
            number(part["bss"]),
            number(part["flash_bytes"]),
            number(part["static_ram_bytes"])};
}

std::string sections_text(const json& report) {
    std::vector<std::vector<std::string>> rows = {
        {"linked firmware, B", "text", "rodata", "data", "bss", "flash", "static RAM"}};
    for (const char* entry : {"frame", "rows"}) {
        const json& linked = report[entry]["linked"];
        rows.push_back(section_row(std::string("  ") + entry + " entry", linked["whole"]));
        rows.push_back(section_row("    of it the network", linked["network"]));
        rows.push_back(section_row("    start-up and caller", linked["without"]));
    }
    return table(rows, "    ");
}

std::string layers_text(const json& layers) {
    std::vector<std::vector<std::string>> rows = {{"layer", "MACC", "instructions", "per MAC"}};
    for (const json& layer : layers) {
        const auto macc = layer["macc"].get<std::int64_t>();
        const auto instructions = layer["instructions"].get<std::int64_t>();
        rows.push_back(
            {"  " + layer["name"].get<std::string>(), grouped(macc), grouped(instructions),
             macc == 0 ? ""
                       : decimal(static_cast<double>(instructions) / static_cast<double>(macc))});
    }
    return table(rows, "    ");
}

}  // namespace

json compared_json(const device::Mismatch& compared) {
    return {{"images", compared.images},
            {"mismatches", compared.mismatches},
            {"first_mismatch", compared.first}};
}

json linked_json(const device::LinkedFirmware& linked, std::int64_t arena_bytes) {
    return {{"whole", to_json(linked.whole)},
            {"network", to_json(linked.model())},
            {"without", to_json(linked.without)},
            {"stated_arena_bytes", arena_bytes}};
}

json device_json(const device::DeviceReport& report, const space::Network& network) {
    const auto model = exporting::make_cost_model("native", {report.link.core, 0, 0.0});
    const space::CostReport cost = model->cost(network);
    json document = {
        {"core", report.link.core},
        {"machine", report.frame.run.machine},
        {"rows_machine", report.rows.run.machine},
        {"compiler", report.link.compiler},
        {"flags", report.link.flags},
        {"frame", entry_json(report.frame, report.link.stated_frame_arena_bytes, cost.macc)},
        {"rows", entry_json(report.rows, report.link.stated_rows_arena_bytes, cost.macc)},
        {"mismatches", report.mismatches()},
        {"cost_model",
         {{"ram_bytes", cost.ram_bytes},
          {"flash_bytes", cost.flash_bytes},
          {"macc", cost.macc},
          {"basis", model->basis()}}},
    };
    if (report.link.stated_stack_bytes) {
        document["stated_stack_bytes"] = *report.link.stated_stack_bytes;
    }
    if (cost.instructions) {
        document["cost_model"]["instructions"] = *cost.instructions;
    }
    for (const device::LayerReport& layer : report.layers) {
        document["layers"].push_back({{"name", layer.name},
                                      {"macc", layer.macc},
                                      {"instructions", std::llround(layer.instructions)}});
    }
    return document;
}

std::string verdict_text(const json& compared) {
    const std::string images = number(compared.at("images")) + " images: ";
    if (compared.at("mismatches") == 0) {
        return images + "every byte equals the integer reference";
    }
    return images + "FAILED, " + number(compared.at("mismatches")) + " differ (" +
           compared.at("first_mismatch").get<std::string>() + ")";
}

std::vector<std::string> broken_promises(const json& report, const char* entry) {
    std::vector<std::string> lines;
    const json& one = report[entry];
    const json& linked = one["linked"];
    if (linked["network"]["static_ram_bytes"] != linked["stated_arena_bytes"]) {
        lines.push_back(
            "static RAM of the network is " + number(linked["network"]["static_ram_bytes"]) +
            " B linked, its header states " + number(linked["stated_arena_bytes"]) + " B");
    }
    if (report.contains("stated_stack_bytes") &&
        one["stack_bytes"] > report["stated_stack_bytes"]) {
        lines.push_back("stack of " + number(one["stack_bytes"]) +
                        " B measured, the header states " + number(report["stated_stack_bytes"]) +
                        " B");
    }
    return lines;
}

std::string device_text(const json& report) {
    const json& frame = report["frame"];
    const json& rows = report["rows"];
    const json& cost = report["cost_model"];
    const std::string machine = report["machine"].get<std::string>();
    const std::string rows_machine = report["rows_machine"].get<std::string>();
    std::string text = "  " + report["core"].get<std::string>() + ", emulated by QEMU's " +
                       machine + (machine == rows_machine ? "" : " (rows: " + rows_machine + ")") +
                       "; " + report["compiler"].get<std::string>() + "\n" + "    frame entry  " +
                       verdict_text(frame) + "\n    rows entry   " + verdict_text(rows) + "\n\n";
    const auto both = [&](const char* name, const char* key) {
        return std::vector<std::string>{name, number(frame[key]), number(rows[key])};
    };
    const auto network = [&](const json& entry, const char* key) {
        return entry["linked"]["network"][key].get<std::int64_t>();
    };
    const auto network_ram = [&](const json& entry) {
        return network(entry, "static_ram_bytes") + entry["stack_bytes"].get<std::int64_t>();
    };
    std::vector<std::vector<std::string>> figures = {
        {"per inference", "frame entry", "rows entry", "cost model"},
        both("  instructions", "instructions"),
        {"  per MAC", decimal(frame["per_macc"]), decimal(rows["per_macc"])},
        both("  stack B", "stack_bytes"),
        {"  RAM B, network and its stack", grouped(network_ram(frame)), grouped(network_ram(rows))},
        {"  flash B, network", grouped(network(frame, "flash_bytes")),
         grouped(network(rows, "flash_bytes"))},
        both("  RAM B, whole firmware", "ram_bytes"),
        both("  flash B, whole firmware", "flash_bytes"),
    };
    figures[6].push_back(number(cost["ram_bytes"]));
    figures[7].push_back(number(cost["flash_bytes"]));
    if (cost.contains("instructions")) {
        figures[1].push_back(number(cost["instructions"]));
    }
    if (report.contains("stated_stack_bytes")) {
        figures[3].push_back(number(report["stated_stack_bytes"]));
    }
    text += table(figures, "    ");
    if (report.contains("bounds")) {
        text += "    bounds on the whole firmware: " + report["bounds"].get<std::string>() + "\n";
    }
    text += "\n" + sections_text(report);
    if (report.contains("layers")) {
        text += "\n" + layers_text(report["layers"]);
    }
    return text;
}

}  // namespace nanonas::app
