#include "apps/nanonas/views/evaluation_view.hpp"

#include "apps/nanonas/views/summary.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/figures.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using namespace pipeline;

namespace {

std::string decimal(double value, const char* format) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

/// Whose images they are; empty when the command named them.
std::string origin_text(const EvaluationReport& report) {
    return report.of_run ? "  " + report.role + " images of the run " + one_line(report.run) +
                               ": " + one_line(report.data) + "\n\n"
                         : "";
}

std::string layer_errors_text(const EvaluationReport::Own& own) {
    std::vector<std::vector<std::string>> rows = {{"int8 error by layer", "rms", "SQNR dB"}};
    if (!own.methods.empty()) {
        rows[0].emplace_back("range by");
    }
    for (const exporting::LayerError& layer : own.layers) {
        rows.push_back(
            {"  " + layer.name, decimal(layer.rms, "%.5f"), decimal(layer.sqnr_db, "%.1f")});
        if (!own.methods.empty()) {
            rows.back().push_back(own.methods.at(rows.size() - 2));
        }
    }
    return table(rows, "  ");
}

std::string accuracy_table(const std::string& role, const AccuracyReport& accuracy) {
    return table({{"accuracy", "float", "int8", "agreement", "images"},
                  {"  " + role, percent_text(accuracy.of_float), percent_text(accuracy.of_int8),
                   percent_text(accuracy.agreement), grouped(accuracy.images)}},
                 "  ");
}

std::string own_text(const EvaluationReport& report, const EvaluationReport::Own& own) {
    return "\n" + origin_text(report) + accuracy_table(report.role, own.accuracy) + "\n" +
           layer_errors_text(own) + "\n" + confusion_text(report.confusion, report.labels) +
           (own.int8_loss ? "\n" + int8_loss_text(*own.int8_loss) : "") + "\n" +
           cost_text(own.cost);
}

}  // namespace

std::string imported_text(const std::string& file, const exporting::ImportedModel& model) {
    return one_line(file) + ": " + bytes_text(model.file_bytes) + ", reads " + model.input_type +
           ", writes " + model.output_type;
}

std::string evaluation_text(const EvaluationReport& report) {
    if (report.own) {
        return own_text(report, *report.own);
    }
    return "\n" + imported_text(report.model, *report.imported) + "\n\n" + origin_text(report) +
           (report.against_float ? accuracy_table(report.role, *report.against_float)
                                 : table({{"accuracy", "int8", "images"},
                                          {"  " + report.role, percent_text(report.int8_accuracy),
                                           grouped(report.images)}},
                                         "  ")) +
           "\n" + confusion_text(report.confusion, report.labels);
}

}  // namespace nanonas::app
