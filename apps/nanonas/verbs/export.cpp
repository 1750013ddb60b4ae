#include "apps/pipeline/verbs/export.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/verbs/verbs_json.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

std::string check_text(const CCheck& check, const std::string& kind) {
    if (!check.not_done.empty()) {
        return "Not checked: " + check.not_done + "\n";
    }
    if (!check.failed.empty()) {
        return "FAILED: " + check.failed + "\n";
    }
    if (check.good()) {
        return "Compiled with " + check.compiler + "; on " + std::to_string(check.images) + " " +
               kind + " images every byte equals the integer reference\n";
    }
    return "FAILED: " + std::to_string(check.mismatches) + " of " + std::to_string(check.images) +
           " images differ from the integer reference\n";
}

std::string savings_text(const std::vector<exporting::PassSaving>& savings) {
    std::vector<std::vector<std::string>> rows = {{"saved", "operators", "weights B", "MACC"}};
    for (const exporting::PassSaving& saving : savings) {
        rows.push_back({"  " + saving.pass, grouped(saving.operators), grouped(saving.weight_bytes),
                        grouped(saving.macc)});
    }
    return savings.empty() ? "" : table(rows, "  ") + "\n";
}

}  // namespace

int run_export(Session& session) {
    const bool vectors_named = session.command().typed.count("vectors") > 0;
    const ExportReport report = export_model(session.config(), vectors_named, session.task());
    std::string text = "Wrote format " + report.format + " into " + report.out + ":\n";
    for (const std::string& file : report.files) {
        text += "  " + file + "\n";
    }
    text += savings_text(report.savings);
    if (report.has_c) {
        text += check_text(report.c_check, report.samples);
    }
    session.result(to_json(report), text);
    return report.c_check.good() ? kDone : kFailed;
}

}  // namespace nanonas::app
