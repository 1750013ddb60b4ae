#include "export/tflite/reader/view.hpp"

#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::size_t kIdentifierEnd = 8;
constexpr std::uint32_t kSchemaVersion = 3;
constexpr flatbuffers::uoffset_t kMostNested = 64;
constexpr flatbuffers::uoffset_t kMostTables = 1'000'000;
constexpr std::int64_t kMostOperators = 10'000;

}  // namespace

std::string printable(const flatbuffers::String* text) {
    std::string clean;
    for (const char c : text == nullptr ? std::string() : text->str().substr(0, 80)) {
        clean +=
            static_cast<unsigned char>(c) < 32 || static_cast<unsigned char>(c) > 126 ? '?' : c;
    }
    return clean;
}

TfliteView::TfliteView(const std::string& bytes, std::string name) : name_(std::move(name)) {
    if (bytes.size() < kIdentifierEnd || !tflite::ModelBufferHasIdentifier(bytes.data())) {
        fail("not a TFLite model (no TFL3 identifier)");
    }
    if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) {
        fail("larger than 2 GiB");
    }
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size(), kMostNested, kMostTables);
    if (!tflite::VerifyModelBuffer(verifier)) {
        fail("not a whole TFLite model (truncated or damaged)");
    }
    model_ = tflite::GetModel(bytes.data());
    if (model_->version() != kSchemaVersion) {
        fail("schema version " + std::to_string(model_->version()) + ", expected 3");
    }
    const auto* graphs = model_->subgraphs();
    if (graphs == nullptr || graphs->size() != 1 || graphs->Get(0) == nullptr) {
        fail(std::to_string(graphs == nullptr ? 0 : graphs->size()) + " subgraphs, expected one");
    }
    subgraph_ = graphs->Get(0);
    if (subgraph_->tensors() == nullptr || subgraph_->operators() == nullptr ||
        subgraph_->operators()->size() == 0) {
        fail("a subgraph without tensors or operators");
    }
    if (subgraph_->operators()->size() > kMostOperators) {
        fail(std::to_string(subgraph_->operators()->size()) + " operators, at most " +
             std::to_string(kMostOperators) + " are read");
    }
    const auto only = [&](const flatbuffers::Vector<std::int32_t>* indices, const char* what) {
        const std::size_t count = indices == nullptr ? 0 : indices->size();
        if (count != 1) {
            fail(std::to_string(count) + " " + what + ", expected one");
        }
        return indices->Get(0);
    };
    input_ = only(subgraph_->inputs(), "inputs");
    output_ = only(subgraph_->outputs(), "outputs");
}

void TfliteView::fail(const std::string& what) const {
    throw ExportError(name_ + ": " + what);
}

std::int32_t TfliteView::operators() const {
    return static_cast<std::int32_t>(subgraph_->operators()->size());
}

std::int32_t TfliteView::tensors() const {
    return static_cast<std::int32_t>(subgraph_->tensors()->size());
}

std::vector<std::int32_t> TfliteView::inputs_of(std::int32_t op) const {
    const auto* inputs =
        subgraph_->operators()->Get(static_cast<flatbuffers::uoffset_t>(op))->inputs();
    return inputs == nullptr ? std::vector<std::int32_t>()
                             : std::vector<std::int32_t>(inputs->begin(), inputs->end());
}

std::string_view TfliteView::buffer(std::uint32_t index) const {
    const auto* buffers = model_->buffers();
    if (buffers == nullptr || index >= buffers->size()) {
        fail("buffer " + std::to_string(index) + " does not exist (the file has " +
             std::to_string(buffers == nullptr ? 0 : buffers->size()) + ")");
    }
    const tflite::Buffer* buffer = buffers->Get(index);
    // 0 and 1 both stand for "in data".
    if (buffer->offset() > 1) {
        fail("buffer " + std::to_string(index) +
             " lies behind the FlatBuffer; only data inside it are read");
    }
    const auto* data = buffer->data();
    return data == nullptr
               ? std::string_view()
               : std::string_view(reinterpret_cast<const char*>(data->data()), data->size());
}

}  // namespace nanonas::exporting
