// The calibrated activation ranges, kept as text in the model file: with them the int8 network is
// rebuilt to the bit without the training images.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "export/int8/calibrate.hpp"
#include "export/int8/int8_network.hpp"
#include "export/int8/ranges.hpp"
#include "space/trained_network.hpp"

namespace nanonas::pipeline {

/// "low:high low:high ...", one per layer of the folded network; exact.
std::string ranges_text(const std::vector<exporting::Range>& ranges);
/// Throws ExportError naming `file` for anything else.
std::vector<exporting::Range> parse_ranges(const std::string& text, const std::string& file);

/// A model as stored: float weights, and the ranges when it was calibrated.
struct StoredModel {
    space::TrainedNetwork trained;
    std::optional<std::vector<exporting::Range>> ranges;
    /// Per layer of the folded network how its range was found, "-" for a pool; may be absent.
    std::vector<std::string> methods;

    /// Throws ExportError naming `file` when the model was never calibrated.
    exporting::Int8Network quantized(const std::string& file) const;
};

/// Where each range comes from, for StoredModel::methods.
std::vector<std::string> methods_of(const exporting::Calibration& calibration);

/// "/home/me/flowers: 40 images ..." without the folders above: what a model tells of its data.
std::string shipped_description(const std::string& description);

/// A model of earlier versions that names its data by a path is read without the path's folders.
StoredModel read_stored_model(const std::string& file);
void write_stored_model(const std::string& file, const StoredModel& model);

}  // namespace nanonas::pipeline
