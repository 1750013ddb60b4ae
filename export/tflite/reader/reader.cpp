#include "export/tflite/reader/reader.hpp"

#include <filesystem>
#include <fstream>

#include "export/tflite/reader/layer_reader.hpp"
#include "export/tflite/reader/metadata_reader.hpp"
#include "export/tflite/reader/tflm_graph.hpp"
#include "export/tflite/reader/view.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::exporting {

namespace {

std::string end_name(tflite::TensorType type) {
    return type == tflite::TensorType::INT8    ? "int8"
           : type == tflite::TensorType::UINT8 ? "uint8"
                                               : "float32";
}

}  // namespace

bool is_tflite(const std::string& path) {
    if (std::filesystem::path(path).extension() == ".tflite") {
        return true;
    }
    char head[8] = {};
    std::ifstream(path, std::ios::binary).read(head, sizeof head);
    return std::string(head + 4, 4) == tflite::ModelIdentifier();
}

ImportedModel read_tflite(const std::string& path) {
    return parse_tflite(read_file(path), path);
}

ImportedModel parse_tflite(const std::string& bytes, const std::string& name) {
    const TfliteView graph(bytes, name);
    const TfliteMetadata metadata = read_metadata(graph, bytes);
    ImportedModel model;
    model.file_bytes = static_cast<std::int64_t>(bytes.size());
    try {
        const TfliteEnds ends =
            LayerReader(graph, model.network)
                .read(metadata.normalization ? &*metadata.normalization : nullptr);
        model.input_type = end_name(ends.input);
        model.output_type = end_name(ends.output);
    } catch (const NetworkError& error) {
        graph.fail(error.what());
    }
    const auto classes = static_cast<std::size_t>(model.network.network.classes());
    if (!metadata.labels.empty() && metadata.labels.size() != classes) {
        graph.fail("metadata: " + std::to_string(metadata.labels.size()) + " labels for " +
                   std::to_string(classes) + " outputs");
    }
    model.network.labels = metadata.labels;
    model.network.provenance["imported"] = std::filesystem::path(name).filename().string();
    if (!metadata.description.empty()) {
        model.network.provenance["description"] = metadata.description;
    }
    try {
        model.tflm_graph = tflm_graph(graph);
        model.tflm_bytes = model.file_bytes;
    } catch (const ExportError& error) {
        model.tflm_obstacle = error.what();
    }
    return model;
}

}  // namespace nanonas::exporting
