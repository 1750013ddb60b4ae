#include "export/tflite/reader/metadata_reader.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "export/tflite/metadata_generated.h"
#include "export/zip_archive.hpp"

namespace nanonas::exporting {

namespace {

namespace meta = tflite::metadata;

constexpr const char* kEntry = "TFLITE_METADATA";
constexpr std::size_t kLargestFile = std::size_t{1} << 20;

/// In the archive behind the model; nothing when it is absent or damaged.
std::optional<std::string> file_behind(const std::string& bytes, const std::string& name) {
    const std::optional<ZipArchive> archive = ZipArchive::open(bytes);
    const ZipEntry* const entry = archive ? archive->find(name) : nullptr;
    return entry != nullptr ? archive->contents(*entry, kLargestFile) : std::nullopt;
}

const meta::TensorMetadata* first_of(
    const flatbuffers::Vector<flatbuffers::Offset<meta::TensorMetadata>>* tensors) {
    return tensors == nullptr || tensors->size() == 0 ? nullptr : tensors->Get(0);
}

/// The one number in a list of equal ones.
float common(const TfliteView& graph, const flatbuffers::Vector<float>* values, const char* what) {
    if (values == nullptr || values->size() == 0) {
        graph.fail(std::string("metadata: a normalization without ") + what);
    }
    for (const float value : *values) {
        if (value != values->Get(0)) {
            graph.fail(std::string("metadata: ") + what +
                       " differs between channels, expected the same for all");
        }
    }
    return values->Get(0);
}

space::Preprocess read_normalization(const TfliteView& graph,
                                     const meta::NormalizationOptions& options) {
    const float mean = common(graph, options.mean(), "mean");
    const float deviation = common(graph, options.std(), "std");
    if (!(mean >= 0.0F && mean <= 255.0F) || std::floor(mean) != mean) {
        graph.fail("metadata: mean " + std::to_string(mean) +
                   ", expected a whole number in [0, 255]");
    }
    if (!std::isnormal(deviation) || deviation < 0.0F || !std::isnormal(1.0F / deviation)) {
        graph.fail("metadata: std " + std::to_string(deviation) + ", expected a positive number");
    }
    return {1.0F / deviation, static_cast<std::int32_t>(mean)};
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        all.push_back(std::move(line));
        at = end + 1;
    }
    return all;
}

std::vector<std::string> read_labels(const TfliteView& graph, const meta::TensorMetadata& output,
                                     const std::string& bytes) {
    for (flatbuffers::uoffset_t i = 0;
         output.associated_files() != nullptr && i < output.associated_files()->size(); ++i) {
        const meta::AssociatedFile* file = output.associated_files()->Get(i);
        const bool labels = file->type() == meta::AssociatedFileType::TENSOR_AXIS_LABELS ||
                            file->type() == meta::AssociatedFileType::TENSOR_VALUE_LABELS;
        if (!labels || file->name() == nullptr) {
            continue;
        }
        const auto text = file_behind(bytes, file->name()->str());
        if (!text) {
            graph.fail("metadata: its label file is not in the archive behind the model");
        }
        return lines(*text);
    }
    return {};
}

}  // namespace

TfliteMetadata read_metadata(const TfliteView& graph, const std::string& bytes) {
    TfliteMetadata metadata;
    std::string buffer;
    for (flatbuffers::uoffset_t i = 0;
         graph.model().metadata() != nullptr && i < graph.model().metadata()->size(); ++i) {
        const tflite::Metadata* entry = graph.model().metadata()->Get(i);
        if (entry->name() != nullptr && entry->name()->str() == kEntry) {
            buffer = std::string(graph.buffer(entry->buffer()));  // a copy is aligned
        }
    }
    if (buffer.empty()) {
        return metadata;
    }
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(buffer.data()),
                                   buffer.size());
    if (buffer.size() < 8 || !meta::VerifyModelMetadataBuffer(verifier)) {
        graph.fail("metadata: damaged");
    }
    const meta::ModelMetadata* model = meta::GetModelMetadata(buffer.data());
    if (model->description() != nullptr) {
        metadata.description = model->description()->str();
    }
    if (model->subgraph_metadata() == nullptr || model->subgraph_metadata()->size() == 0) {
        return metadata;
    }
    const meta::SubGraphMetadata* subgraph = model->subgraph_metadata()->Get(0);
    const meta::TensorMetadata* input = first_of(subgraph->input_tensor_metadata());
    for (flatbuffers::uoffset_t i = 0; input != nullptr && input->process_units() != nullptr &&
                                       i < input->process_units()->size();
         ++i) {
        const auto* options = input->process_units()->Get(i)->options_as_NormalizationOptions();
        if (options != nullptr) {
            metadata.normalization = read_normalization(graph, *options);
        }
    }
    const meta::TensorMetadata* output = first_of(subgraph->output_tensor_metadata());
    if (output != nullptr) {
        metadata.labels = read_labels(graph, *output, bytes);
    }
    return metadata;
}

}  // namespace nanonas::exporting
