// A model as the C that this program writes of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
#include "export/device/link.hpp"
#include "export/device/process.hpp"
#include "export/int8/int8_network.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// The int8 network that is written.
struct WrittenModel {
    std::string file;
    exporting::Int8Network network;
    std::vector<std::string> labels;  ///< those of the file; none where it has none
    bool imported = false;            ///< a .tflite or .onnx
};

/// `file`: as model_path() gives it. Throws as read_import() and read_stored_model().
WrittenModel model_to_write(const Config& config, const std::string& file, const Task& task);

/// The C that lies beside the model, or else its export made again in a folder of its own; what
/// lies beside a .tflite is somebody else's.
class CExport {
  public:
    /// `vectors`: as many test vectors go into an export that is made. Throws ExportError, IoError.
    CExport(const WrittenModel& model, std::int64_t vectors);

    const device::Export& source() const { return source_; }
    bool shipped() const { return shipped_; }

  private:
    bool shipped_ = false;
    std::optional<device::TemporaryDirectory> scratch_;
    device::Export source_;
};

}  // namespace nanonas::pipeline
