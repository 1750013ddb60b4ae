#include "apps/pipeline/formats.hpp"

#include <algorithm>

#include "export/format.hpp"
#include "export/model_file.hpp"
#include "space/choice.hpp"
#include "space/errors.hpp"
#include "train/engine/torchscript.hpp"

namespace nanonas::pipeline {

namespace {

constexpr const char* kTorchscript = "torchscript";

class TorchscriptWriter final : public exporting::Writer {
  public:
    std::string name() const override { return kTorchscript; }
    std::string description() const override {
        return "TorchScript module for PyTorch: float32, raw uint8 pixels in (NCHW), logits out";
    }
    std::vector<exporting::OutputFile> render(
        const exporting::Artifact& artifact,
        const exporting::WriteOptions& options) const override {
        if (artifact.trained == nullptr) {
            throw ExportError(
                "format torchscript: needs float weights, which this model does not hold");
        }
        return {{options.name + ".pt",
                 train::torchscript_bytes(
                     *artifact.trained,
                     {{"nanonas.json", exporting::description_json(*artifact.trained)}})}};
    }
};

}  // namespace

std::vector<std::string> format_names() {
    std::vector<std::string> names = exporting::format_names();
    if (train::has_torchscript()) {
        names.emplace_back(kTorchscript);
    }
    return names;
}

std::vector<std::string> known_format_names() {
    std::vector<std::string> names = exporting::format_names();
    names.emplace_back(kTorchscript);
    return names;
}

std::unique_ptr<exporting::Writer> make_writer(const std::string& format) {
    const std::vector<std::string> names = format_names();
    if (std::find(names.begin(), names.end(), format) == names.end()) {
        refuse_name(format, names,
                    "format '" + format + "': " +
                        (format == kTorchscript ? "this build has none (built without LibTorch, "
                                                  "-DNANONAS_LIBTORCH=OFF); it has: "
                                                : "unknown; expected one of "));
    }
    return format == kTorchscript ? std::make_unique<TorchscriptWriter>()
                                  : exporting::make_writer(format);
}

}  // namespace nanonas::pipeline
