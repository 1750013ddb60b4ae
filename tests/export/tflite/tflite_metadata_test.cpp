// What a .tflite file tells of its pixels and labels.
#include <catch2/catch.hpp>
#include <map>

#include "export/tflite/metadata_generated.h"
#include "tests/export/tflite/tflite_model.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using namespace nanonas::testing;
using Catch::Matchers::Contains;

TEST_CASE("metadata tells normalization, labels and the runtime; the labels are a zip behind it") {
    TfliteModel model(cells({9, 9, 3}, {2, 1}));
    model.quantized.labels = {"cat", "dog", "Käfer"};
    const std::string bytes = model.bytes();
    std::map<std::string, std::string> entries;
    for (const tflite::Metadata* entry : *model_of(bytes)->metadata()) {
        const auto* data = model_of(bytes)->buffers()->Get(entry->buffer())->data();
        entries[entry->name()->str()].assign(data->begin(), data->end());
    }
    CHECK(entries.at("min_runtime_version") == std::string("1.14.0\0\0\0\0\0\0\0\0\0\0", 16));
    const std::string& raw = entries.at("TFLITE_METADATA");
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
    REQUIRE(tflite::metadata::VerifyModelMetadataBuffer(verifier));
    const auto* graph = tflite::metadata::GetModelMetadata(raw.data())->subgraph_metadata()->Get(0);
    const auto* image = graph->input_tensor_metadata()->Get(0);
    const auto* normalization = image->process_units()->Get(0)->options_as_NormalizationOptions();
    CHECK(normalization->mean()->Get(0) == static_cast<float>(model.trained.preprocess.mean));
    CHECK(normalization->std()->Get(0) == 1.0F / model.trained.preprocess.scale);
    CHECK(image->content()->content_properties_as_ImageProperties()->color_space() ==
          tflite::metadata::ColorSpaceType::RGB);
    const auto* file = graph->output_tensor_metadata()->Get(0)->associated_files()->Get(0);
    CHECK(file->name()->str() == "labels.txt");
    CHECK(file->type() == tflite::metadata::AssociatedFileType::TENSOR_AXIS_LABELS);
    CHECK_THAT(bytes, Contains("labels.txtcat\ndog\nKäfer\n"));

    TfliteExtras bare;
    bare.metadata = false;
    const std::string small = model.bytes({}, bare);
    require_clean(small);
    CHECK(small.find("labels.txt") == std::string::npos);
    CHECK(small.size() < bytes.size());
}
