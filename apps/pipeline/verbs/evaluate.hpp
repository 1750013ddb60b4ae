// How right a model is on labelled images.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "export/tflite/reader/reader.hpp"
#include "export/verify.hpp"
#include "space/task.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::pipeline {

/// What evaluate() saw.
struct EvaluationReport {
    std::string model;    ///< file
    std::string data;     ///< description of the images
    std::string role;     ///< "test" or "validation"
    std::string run;      ///< of the model; empty: none
    bool of_run = false;  ///< the images are the run's, too
    std::vector<std::string> labels;
    std::vector<std::vector<std::int64_t>> confusion;  ///< int8: [true class][predicted class]
    std::int64_t images = 0;
    double int8_accuracy = 0.0;

    /// Of a model of ours; absent for an imported file.
    struct Own {
        AccuracyReport accuracy;
        std::vector<exporting::LayerError> layers;
        std::vector<std::string> methods;  ///< how each layer's range was found; may be empty
        std::optional<Int8LossReport> int8_loss;
        BudgetReport cost;
    };
    std::optional<Own> own;
    std::optional<exporting::ImportedModel> imported;  ///< a .tflite or .onnx
    std::optional<AccuracyReport> against_float;       ///< of an .onnx that holds floats
};

/// Reads config.output.model and images: `given`, else those of config.data.test, else those of the
/// model's run. Throws ConfigError, DataError, ExportError, IoError.
EvaluationReport evaluate(const Config& config, const Task& task,
                          const train::LoadedSet* given = nullptr);

}  // namespace nanonas::pipeline
