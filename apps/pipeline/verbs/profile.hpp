// What a network costs on runtimes, without training or running it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "export/tflite/reader/reader.hpp"
#include "space/cost.hpp"

namespace nanonas::pipeline {

/// One runtime's price.
struct RuntimeCosts {
    std::string runtime;
    std::string obstacle;  ///< why it has no figures; then the rest is empty
    space::CostReport cost;
    BudgetReport budget;
    std::vector<space::Violation> broken;
};

/// What profile() priced.
struct ProfileReport {
    space::Network network;
    std::optional<exporting::ImportedModel> imported;  ///< a .tflite or .onnx
    std::string model;                                 ///< its file; of an imported one only
    std::string run;                                   ///< whose bounds hold; empty: none's
    space::Budget budget;
    space::CostReport layers;  ///< what every runtime shares
    std::vector<RuntimeCosts> runtimes;

    /// Of the first runtime that it does not fit with, when it fits with none; else empty.
    std::string excess() const;
};

/// Of `given`, else of config.output.model or of the candidate that config.training.arch names.
/// Throws ConfigError, NetworkError, ExportError, IoError.
ProfileReport profile(const Config& config, const space::Network* given = nullptr);

}  // namespace nanonas::pipeline
