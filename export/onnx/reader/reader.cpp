#include "export/onnx/reader/reader.hpp"

#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "export/onnx/reader/results.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

constexpr float kMostScale = 1e6F;

/// What our own files say of themselves.
std::string metadata(const OnnxView& view, const std::string& key) {
    for (const onnx::StringStringEntryProto& entry : view.model().metadata_props()) {
        if (entry.key() == key) {
            return entry.value();
        }
    }
    return "";
}

std::vector<std::string> labels_of(const OnnxView& view) {
    const std::string text = metadata(view, "labels");
    if (text.empty()) {
        return {};
    }
    const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
    std::vector<std::string> labels;
    if (value.is_array()) {
        for (const nlohmann::json& label : value) {
            if (label.is_string()) {
                labels.push_back(label.get<std::string>());
            }
        }
    }
    if (labels.empty() || labels.size() != value.size()) {
        view.fail("metadata: labels are no list of texts");
    }
    return labels;
}

space::Preprocess pixels_of(const OnnxView& view, const space::Preprocess& otherwise) {
    const std::string scale = metadata(view, "scale"), mean = metadata(view, "mean");
    if (scale.empty() || mean.empty() || view.model().producer_name() != "nanonas") {
        return otherwise;
    }
    float step = 0.0F;
    const auto read = std::from_chars(scale.data(), scale.data() + scale.size(), step);
    if (read.ec != std::errc{} || read.ptr != scale.data() + scale.size() || !(step > 0.0F) ||
        !(step < kMostScale)) {
        view.fail("metadata: scale is no positive number");
    }
    try {
        return {step, static_cast<std::int32_t>(parse_integer(mean, "mean", 0, 255))};
    } catch (const ConfigError& error) {
        view.fail(std::string("metadata: ") + error.what());
    }
}

}  // namespace

bool is_onnx(const std::string& path) {
    return std::filesystem::path(path).extension() == ".onnx";
}

OnnxModel read_onnx(const std::string& path, const space::Preprocess& pixels) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return parse_onnx(read_file(path), path, folder.empty() ? "." : folder, pixels);
}

OnnxModel parse_onnx(const std::string& bytes, const std::string& name, const std::string& folder,
                     const space::Preprocess& pixels) {
    const OnnxView view(bytes, name, folder);
    OnnxLayers layers = GraphReader(view).read();
    OnnxModel model;
    model.input_type = layers.input_type;
    model.output_type = layers.output_type;
    model.file_bytes = static_cast<std::int64_t>(bytes.size());
    model.labels = labels_of(view);
    const auto classes = static_cast<std::size_t>(layers.network.classes());
    if (!model.labels.empty() && model.labels.size() != classes) {
        view.fail("metadata: " + std::to_string(model.labels.size()) + " labels for " +
                  std::to_string(classes) + " outputs");
    }
    if (layers.quantized()) {
        model.quantized = int8_of(std::move(layers), view);
        model.quantized->labels = model.labels;
        model.quantized->provenance["imported"] = std::filesystem::path(name).filename().string();
    } else {
        model.real = float_of(std::move(layers), view, pixels_of(view, pixels));
    }
    return model;
}

}  // namespace nanonas::exporting
