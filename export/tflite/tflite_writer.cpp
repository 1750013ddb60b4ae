#include "export/tflite/tflite_writer.hpp"

#include "export/float_network.hpp"
#include "export/tflite/tflite_float.hpp"
#include "export/tflite/tflite_graph.hpp"
#include "export/tflite/tflite_int8.hpp"
#include "export/tflite/tflite_metadata.hpp"
#include "export/tflite/zip_writer.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

// Not the name in options: one model has one size under every name.
constexpr char kModelTitle[] = "nanonas image classifier";

/// What a model is beside its layers.
struct About {
    space::Shape input;
    space::Preprocess preprocess;
    std::vector<std::string> labels;
};

template <typename Source>
About about_of(const Source& source, const space::Network& network) {
    return {network.input, source.preprocess, source.labels};
}

std::string description_of(const About& about, Precision precision) {
    return "nanonas " + space::to_string(about.input) + " " + to_string(precision);
}

std::string label_lines(const std::vector<std::string>& labels) {
    std::string text;
    for (const std::string& label : labels) {
        if (label.find_first_of("\r\n") != std::string::npos) {
            throw ExportError("label '" + label + "': of several lines; expected one");
        }
        text += label + "\n";
    }
    return text;
}

}  // namespace

std::string tflite_model(const Artifact& artifact, const WriteOptions& options,
                         const TfliteExtras& extras) {
    const Precision precision = options.precision.value_or(Precision::kInt8);
    TfliteGraph graph;
    About about;
    if (precision == Precision::kInt8) {
        if (artifact.quantized == nullptr) {
            throw ExportError("format tflite: needs an int8 network; `nanonas quantize` makes one");
        }
        graph = tflite_int8_graph(*artifact.quantized, options.io.value_or(Io::kInt8));
        about = about_of(*artifact.quantized, artifact.quantized->network);
    } else {
        if (artifact.trained == nullptr) {
            throw ExportError("format tflite: --precision " + to_string(precision) +
                              " needs the float network, which an int8 file does not hold");
        }
        if (options.io.value_or(Io::kFloat) != Io::kFloat) {
            throw ExportError("--io " + to_string(*options.io) +
                              " needs --precision int8; --precision " + to_string(precision) +
                              " reads and writes floats");
        }
        graph = tflite_float_graph(float_network(*artifact.trained), precision);
        about = about_of(*artifact.trained, artifact.trained->network);
    }
    graph.description = description_of(about, precision);
    const bool labelled = !about.labels.empty();
    if (extras.metadata) {
        graph.metadata.emplace_back(
            kMetadataName, tflite_metadata(kModelTitle, about.input, about.preprocess, labelled));
    }
    std::string bytes = tflite_bytes(graph);
    if (extras.metadata && labelled) {
        bytes += zip_archive({{kLabelsFile, label_lines(about.labels)}}, bytes.size());
    }
    return bytes;
}

std::string TfliteWriter::description() const {
    return "TensorFlow Lite model (LiteRT, TFLite Micro), labels and normalization inside";
}

std::vector<Io> TfliteWriter::io_types() const {
    return {Io::kInt8, Io::kUint8, Io::kFloat};
}

std::vector<Precision> TfliteWriter::precisions() const {
    return {Precision::kInt8, Precision::kFloat32, Precision::kFloat16, Precision::kDynamic};
}

std::vector<OutputFile> TfliteWriter::render(const Artifact& artifact,
                                             const WriteOptions& options) const {
    return {{options.name + ".tflite", tflite_model(artifact, options)}};
}

}  // namespace nanonas::exporting
