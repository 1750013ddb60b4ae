#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/resolve.hpp"
#include "space/json/target_json.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

nlohmann::json to_json(const space::Target& target) {
    const space::Budget budget = target.budget();
    return {{"name", target.name},
            {"aliases", target.aliases},
            {"part", target.part},
            {"core", target.core},
            {"clock_hz", target.clock_hz},
            {"ram_bytes", target.ram_bytes},
            {"flash_bytes", target.flash_bytes},
            {"coremark", target.coremark},
            {"active_power_mw", target.active_power_mw},
            {"macc", budget.macc.value_or(0)},
            {"sources", target.sources}};
}

std::string power_text(double milliwatts) {
    char text[24];
    std::snprintf(text, sizeof text, "%.4g", milliwatts);
    return milliwatts > 0.0 ? text : "-";
}

}  // namespace

int run_targets(Session& session) {
    const OutputOptions& output = session.config().output;
    std::vector<space::Target> targets;
    if (output.file.empty()) {
        targets = json::read_targets(configs_folder("targets"));
    } else {
        targets.push_back(json::read_target(output.file));
    }
    nlohmann::json document = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows = {{"name", "part", "core", "clock MHz", "RAM KiB",
                                                   "flash KiB", "CoreMark", "MACC bound",
                                                   "active mW"}};
    std::string aliases;
    for (const space::Target& target : targets) {
        document.push_back(to_json(target));
        char coremark[24];
        std::snprintf(coremark, sizeof coremark, "%.6g", target.coremark);
        rows.push_back(
            {target.name, target.part, target.core, std::to_string(target.clock_hz / 1000000),
             grouped(target.ram_bytes / 1024), grouped(target.flash_bytes / 1024), coremark,
             grouped(target.budget().macc.value_or(0)), power_text(target.active_power_mw)});
        for (const std::string& alias : target.aliases) {
            aliases += (aliases.empty() ? "" : ", ") + alias + " = " + target.name;
        }
    }
    std::string text = table(rows, "", 3);
    if (!aliases.empty()) {
        text += "\nAlso known as: " + wrapped(one_line(aliases), 4, 96) + "\n";
    }
    if (!output.file.empty()) {
        text += "\n" +
                one_line(output.file + ": a sound target file; use it as --target " + output.file) +
                "\n";
        for (const auto& [figure, source] : targets.front().sources) {
            text += "  " + one_line(figure + ": " + source) + "\n";
        }
    }
    session.result(document, text);
    return kDone;
}

}  // namespace nanonas::app
