// Format "onnx": one file for onnxruntime and other readers of ONNX (docs/onnx.md).
#pragma once

#include "export/writer.hpp"

namespace nanonas::exporting {

class OnnxWriter final : public Writer {
  public:
    std::string name() const override { return "onnx"; }
    std::string description() const override;
    std::vector<Io> io_types() const override { return {Io::kUint8, Io::kInt8, Io::kFloat}; }
    std::vector<Precision> precisions() const override {
        return {Precision::kInt8, Precision::kFloat32};
    }
    /// One file, <name>.onnx. Throws ExportError for --io other than float with float32.
    std::vector<OutputFile> render(const Artifact& artifact,
                                   const WriteOptions& options) const override;
};

}  // namespace nanonas::exporting
