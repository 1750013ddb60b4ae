// What the verbs do with a .tflite of somebody else's.
#pragma once

#include <string>

#include "apps/nanonas/session.hpp"
#include "export/tflite/reader/reader.hpp"

namespace nanonas::app {

/// The file as `export` writes it in other forms: classes named by number where the file has no
/// labels.
exporting::Int8Network network_to_write(exporting::ImportedModel model);

/// The verb evaluate: int8 accuracy and confusion.
int evaluate_imported(Session& session, const std::string& file);

/// "x.tflite: 15,248 B, reads uint8, writes uint8" and its parts for --json.
std::string imported_text(const std::string& file, const exporting::ImportedModel& model);
nlohmann::json imported_json(const exporting::ImportedModel& model);

}  // namespace nanonas::app
