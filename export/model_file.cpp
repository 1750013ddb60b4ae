#include "export/model_file.hpp"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/json/network_json.hpp"
#include "space/json/safetensors.hpp"

namespace nanonas::exporting {

namespace {

constexpr const char* kNetwork = "nanonas.network";
constexpr const char* kPreprocess = "nanonas.preprocess";
constexpr const char* kLabels = "nanonas.labels";
constexpr const char* kProvenance = "nanonas.provenance";

using json::plain_text;

/// Hands the JSON of one metadata key to `read`; what is wrong with it is named by file and key.
template <typename Read>
auto read_key(const std::string& path, const json::TensorFile& file, const char* key, Read read) {
    const auto found = file.metadata.find(key);
    if (found == file.metadata.end()) {
        throw ExportError(path + ": not a nanonas model (no " + key + " in its metadata)");
    }
    const std::string place = path + " [" + key + "]";
    try {
        const nlohmann::json value = json::parse(found->second, place);
        return read(json::Reader(value, place));
    } catch (const ConfigError& error) {
        throw ExportError(error.what());
    } catch (const NetworkError& error) {
        throw ExportError(place + ": " + error.what());
    }
}

std::vector<std::string> read_labels(const json::Reader& reader) {
    std::vector<std::string> labels;
    for (const json::Reader& item : reader.items()) {
        labels.push_back(item.string());
    }
    return labels;
}

std::map<std::string, std::string> read_provenance(const json::Reader& reader) {
    if (!reader.value().is_object()) {
        reader.fail("expected an object");
    }
    std::map<std::string, std::string> provenance;
    for (const auto& [key, value] : reader.value().items()) {
        provenance[key] = reader[key].string();
    }
    return provenance;
}

void check_labels(const space::TrainedNetwork& trained) {
    const std::int64_t classes = trained.network.classes();
    if (static_cast<std::int64_t>(trained.labels.size()) != classes) {
        throw NetworkError(std::to_string(trained.labels.size()) + " labels for " +
                           std::to_string(classes) + " classes");
    }
}

}  // namespace

std::string description_json(const space::TrainedNetwork& trained) {
    return plain_text({{"network", json::to_json(trained.network)},
                       {"preprocess", json::to_json(trained.preprocess)},
                       {"labels", trained.labels},
                       {"provenance", trained.provenance}});
}

void write_model(const std::string& path, const space::TrainedNetwork& trained) {
    space::check_weights(trained.network, trained.weights);
    check_labels(trained);
    json::TensorFile file;
    file.tensors = trained.weights;
    file.metadata = {{"format", "pt"},
                     {kNetwork, plain_text(json::to_json(trained.network))},
                     {kPreprocess, plain_text(json::to_json(trained.preprocess))},
                     {kLabels, plain_text(trained.labels)},
                     {kProvenance, plain_text(trained.provenance)}};
    json::write_safetensors(path, file);
}

space::TrainedNetwork read_model(const std::string& path) {
    json::TensorFile file = json::read_safetensors(path);
    space::TrainedNetwork trained;
    trained.network =
        read_key(path, file, kNetwork, [](const json::Reader& r) { return json::read_network(r); });
    trained.preprocess = read_key(path, file, kPreprocess,
                                  [](const json::Reader& r) { return json::read_preprocess(r); });
    trained.labels = read_key(path, file, kLabels, read_labels);
    trained.provenance = read_key(path, file, kProvenance, read_provenance);
    trained.weights = std::move(file.tensors);
    try {
        space::check_weights(trained.network, trained.weights);
        check_labels(trained);
    } catch (const NetworkError& error) {
        throw NetworkError(path + ": " + error.what());
    }
    return trained;
}

}  // namespace nanonas::exporting
