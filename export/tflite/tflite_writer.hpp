// TensorFlow Lite models: full-integer int8, float32, float16 weights, int8 weights.
#pragma once

#include "export/writer.hpp"

namespace nanonas::exporting {

/// What may be left out where every byte is flash.
struct TfliteExtras {
    bool metadata = true;  ///< normalization and labels (min_runtime_version stays)
};

/// The model's bytes: <identifier TFL3>, then a zip archive with labels.txt when there are labels.
/// kInt8 is the oracle's network, logits as output; every other precision comes from the trained
/// one, folded, with float input (pixel - mean) * scale and float logits.
/// Throws ExportError: an absent network, --io int8 or uint8 with a float precision, a layer TFLite
/// does not know, a label of several lines.
std::string tflite_model(const Artifact& artifact, const WriteOptions& options,
                         const TfliteExtras& extras = {});

/// <name>.tflite.
class TfliteWriter final : public Writer {
  public:
    std::string name() const override { return "tflite"; }
    std::string description() const override;
    std::vector<Io> io_types() const override;
    std::vector<Precision> precisions() const override;
    std::vector<OutputFile> render(const Artifact& artifact,
                                   const WriteOptions& options) const override;
};

}  // namespace nanonas::exporting
