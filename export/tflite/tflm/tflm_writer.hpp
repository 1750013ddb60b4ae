// The int8 model as C++ for TensorFlow Lite Micro: byte array, operators, arena, example.
#pragma once

#include "export/writer.hpp"

namespace nanonas::exporting {

/// The bytes are those of format tflite with int8 input and output.
class TflmWriter final : public Writer {
  public:
    std::string name() const override { return "tflm"; }
    std::string description() const override;
    std::vector<Io> io_types() const override { return {Io::kInt8}; }
    std::vector<Precision> precisions() const override { return {Precision::kInt8}; }
    std::vector<OutputFile> render(const Artifact& artifact,
                                   const WriteOptions& options) const override;
};

}  // namespace nanonas::exporting
