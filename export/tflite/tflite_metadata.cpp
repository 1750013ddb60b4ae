#include "export/tflite/tflite_metadata.hpp"

#include "export/tflite/metadata_generated.h"

namespace nanonas::exporting {

namespace {

namespace fb = flatbuffers;
namespace meta = tflite::metadata;

// Every field written here is part of schema version 1.0.0.
constexpr char kParserVersion[] = "1.0.0";

template <typename Table>
fb::Offset<fb::Vector<fb::Offset<Table>>> list_of(fb::FlatBufferBuilder& builder,
                                                  fb::Offset<Table> only) {
    return builder.CreateVector(std::vector<fb::Offset<Table>>{only});
}

fb::Offset<meta::TensorMetadata> image(fb::FlatBufferBuilder& builder, const space::Shape& input,
                                       const space::Preprocess& preprocess) {
    const auto mean = builder.CreateVector(std::vector<float>{static_cast<float>(preprocess.mean)});
    const auto deviation = builder.CreateVector(std::vector<float>{1.0F / preprocess.scale});
    const auto normalization = meta::CreateNormalizationOptions(builder, mean, deviation);
    const auto unit = meta::CreateProcessUnit(
        builder, meta::ProcessUnitOptions::NormalizationOptions, normalization.Union());
    const auto properties = meta::CreateImageProperties(
        builder, input.channels == 1 ? meta::ColorSpaceType::GRAYSCALE : meta::ColorSpaceType::RGB);
    const auto content =
        meta::CreateContent(builder, meta::ContentProperties::ImageProperties, properties.Union());
    const auto name = builder.CreateString("image");
    const auto units = list_of(builder, unit);
    meta::TensorMetadataBuilder tensor(builder);
    tensor.add_name(name);
    tensor.add_content(content);
    tensor.add_process_units(units);
    return tensor.Finish();
}

fb::Offset<meta::TensorMetadata> scores(fb::FlatBufferBuilder& builder, bool labelled) {
    const auto content = meta::CreateContent(builder, meta::ContentProperties::FeatureProperties,
                                             meta::CreateFeatureProperties(builder).Union());
    const auto name = builder.CreateString("scores");
    fb::Offset<fb::Vector<fb::Offset<meta::AssociatedFile>>> files = 0;
    if (labelled) {
        files = list_of(builder,
                        meta::CreateAssociatedFile(builder, builder.CreateString(kLabelsFile), 0,
                                                   meta::AssociatedFileType::TENSOR_AXIS_LABELS));
    }
    meta::TensorMetadataBuilder tensor(builder);
    tensor.add_name(name);
    tensor.add_content(content);
    if (labelled) {
        tensor.add_associated_files(files);
    }
    return tensor.Finish();
}

}  // namespace

std::string tflite_metadata(const std::string& name, const space::Shape& input,
                            const space::Preprocess& preprocess, bool labelled) {
    fb::FlatBufferBuilder builder;
    const auto inputs = list_of(builder, image(builder, input, preprocess));
    const auto outputs = list_of(builder, scores(builder, labelled));
    meta::SubGraphMetadataBuilder graph(builder);
    graph.add_input_tensor_metadata(inputs);
    graph.add_output_tensor_metadata(outputs);
    const auto graphs = list_of(builder, graph.Finish());
    const auto text = builder.CreateString(name);
    const auto version = builder.CreateString(kParserVersion);
    meta::ModelMetadataBuilder model(builder);
    model.add_name(text);
    model.add_subgraph_metadata(graphs);
    model.add_min_parser_version(version);
    meta::FinishModelMetadataBuffer(builder, model.Finish());
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace nanonas::exporting
