#include "apps/pipeline/stored_model.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "export/int8/quantize.hpp"
#include "export/model_file.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

constexpr const char* kKey = "int8_ranges";
constexpr const char* kMethodsKey = "int8_calibration";
constexpr const char* kDataKey = "data";
constexpr const char* kNoMethod = "-";

bool is_method(const std::string& word) {
    const auto names = exporting::calibration_names();
    return std::find(names.begin(), names.end(), word) != names.end();
}

/// As many words as there are ranges, each a method or none.
std::vector<std::string> parse_methods(const std::string& text, std::size_t ranges,
                                       const std::string& file) {
    std::vector<std::string> methods;
    std::istringstream words(text);
    for (std::string word; words >> word; methods.push_back(word)) {
        if (word != kNoMethod && !is_method(word)) {
            throw ExportError(file + ": /" + kMethodsKey + ": \"" + word + "\" is no method");
        }
    }
    if (methods.size() != ranges) {
        throw ExportError(file + ": /" + kMethodsKey + ": " + std::to_string(methods.size()) +
                          " methods for " + std::to_string(ranges) + " ranges");
    }
    return methods;
}

bool read_float(const char* begin, const char* end, float& value) {
    const auto read = std::from_chars(begin, end, value);
    return read.ec == std::errc{} && read.ptr == end && std::isfinite(value);
}

}  // namespace

std::string ranges_text(const std::vector<exporting::Range>& ranges) {
    std::string text;
    for (const exporting::Range& range : ranges) {
        text +=
            (text.empty() ? "" : " ") + shortest_text(range.low) + ":" + shortest_text(range.high);
    }
    return text;
}

std::vector<exporting::Range> parse_ranges(const std::string& text, const std::string& file) {
    std::vector<exporting::Range> ranges;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const std::size_t colon = word.find(':');
        exporting::Range range;
        if (colon == std::string::npos ||
            !read_float(word.data(), word.data() + colon, range.low) ||
            !read_float(word.data() + colon + 1, word.data() + word.size(), range.high) ||
            range.low > 0.0F || range.high < 0.0F) {
            throw ExportError(file + ": /" + kKey + ": \"" + word +
                              "\" is not a range LOW:HIGH around 0");
        }
        ranges.push_back(range);
    }
    return ranges;
}

exporting::Int8Network StoredModel::quantized(const std::string& file) const {
    if (!ranges) {
        throw ExportError(file +
                          ": holds float weights only; `nanonas quantize` calibrates it on images");
    }
    if (exporting::float_network(trained).network.nodes.size() != ranges->size()) {
        throw ExportError(file + ": /" + kKey + ": " + std::to_string(ranges->size()) +
                          " ranges, the network has " +
                          std::to_string(exporting::float_network(trained).network.nodes.size()) +
                          " layers");
    }
    return exporting::quantize(trained, *ranges);
}

std::vector<std::string> methods_of(const exporting::Calibration& calibration) {
    std::vector<std::string> methods(calibration.ranges.size(), kNoMethod);
    for (const exporting::LayerCalibration& layer : calibration.layers) {
        methods.at(layer.layer) = to_string(layer.chosen);
    }
    return methods;
}

std::string shipped_description(const std::string& description) {
    const std::size_t counts = std::min(description.rfind(": "), description.size());
    return std::filesystem::path(description.substr(0, counts)).filename().string() +
           description.substr(counts);
}

StoredModel read_stored_model(const std::string& file) {
    const std::string ending = std::filesystem::path(file).extension().string();
    if (ending == ".tflite" || ending == ".onnx") {
        throw ExportError(file + ": a " + ending +
                          (ending == ".tflite" ? " holds no float network" : " is not trained on") +
                          "; expected a model.safetensors");
    }
    StoredModel model;
    model.trained = exporting::read_model(file);
    const auto data = model.trained.provenance.find(kDataKey);
    if (data != model.trained.provenance.end()) {
        data->second = shipped_description(data->second);
    }
    const auto found = model.trained.provenance.find(kKey);
    if (found != model.trained.provenance.end()) {
        model.ranges = parse_ranges(found->second, file);
        model.trained.provenance.erase(found);
    }
    const auto methods = model.trained.provenance.find(kMethodsKey);
    if (methods != model.trained.provenance.end()) {
        model.methods =
            parse_methods(methods->second, model.ranges ? model.ranges->size() : 0, file);
        model.trained.provenance.erase(methods);
    }
    return model;
}

void write_stored_model(const std::string& file, const StoredModel& model) {
    space::TrainedNetwork stored = model.trained;
    if (model.ranges) {
        stored.provenance[kKey] = ranges_text(*model.ranges);
        std::string methods;
        for (const std::string& method : model.methods) {
            methods += (methods.empty() ? "" : " ") + method;
        }
        if (!methods.empty()) {
            stored.provenance[kMethodsKey] = methods;
        }
    }
    exporting::write_model(file, stored);
}

}  // namespace nanonas::pipeline
