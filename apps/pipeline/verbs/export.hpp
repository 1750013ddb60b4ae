// A model in another form.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "export/optimize/optimize.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// What export_model() wrote, and whether the C in it is right.
struct ExportReport {
    std::string model;  ///< file
    std::string format;
    std::string out;
    std::vector<std::string> files;              ///< below `out`
    bool has_c = false;                          ///< the format is C source, which was checked
    CCheck c_check;                              ///< on as many `samples` as stand there
    std::string samples;                         ///< "test" images or "noise"
    std::vector<exporting::PassSaving> savings;  ///< of an imported file; empty: it is none
};

/// Reads config.output.model and writes it as config.output.format into config.output.out.
/// `vectors_named`: the number of vectors was asked for, so a format without vectors is refused.
/// Throws ConfigError, DataError, ExportError, IoError; then nothing is written.
ExportReport export_model(const Config& config, bool vectors_named, const Task& task);

}  // namespace nanonas::pipeline
