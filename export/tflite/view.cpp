#include "export/tflite/view.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "export/tflite/operator_names.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::size_t kIdentifierEnd = 8;
constexpr std::uint32_t kSchemaVersion = 3;
constexpr flatbuffers::uoffset_t kMostNested = 64;
constexpr flatbuffers::uoffset_t kMostTables = 1'000'000;
constexpr std::int64_t kMostOperators = 10'000;
/// Along one dimension, and of one tensor: no allocation is larger than what a file may ask for.
constexpr std::int64_t kLargestDimension = 65'535;
constexpr std::int64_t kMostElements = std::int64_t{1} << 26;

std::string type_name(tflite::TensorType type) {
    switch (type) {
        case tflite::TensorType::FLOAT32:
            return "float32";
        case tflite::TensorType::FLOAT16:
            return "float16";
        case tflite::TensorType::INT32:
            return "int32";
        case tflite::TensorType::UINT8:
            return "uint8";
        case tflite::TensorType::INT64:
            return "int64";
        case tflite::TensorType::STRING:
            return "string";
        case tflite::TensorType::BOOL:
            return "bool";
        case tflite::TensorType::INT16:
            return "int16";
        case tflite::TensorType::COMPLEX64:
            return "complex64";
        case tflite::TensorType::INT8:
            return "int8";
    }
    return "type " + std::to_string(static_cast<int>(type));
}

template <typename Values>
std::string list_text(const Values& values) {
    std::string text = "[";
    for (const auto value : values) {
        text += (text.size() > 1 ? ", " : "") + std::to_string(value);
        if (text.size() > 60) {
            return text + ", ...]";
        }
    }
    return text + "]";
}

/// A name for messages: one line, of bounded length.
std::string printable(const flatbuffers::String* text) {
    std::string clean;
    for (const char c : text == nullptr ? std::string() : text->str().substr(0, 80)) {
        clean +=
            static_cast<unsigned char>(c) < 32 || static_cast<unsigned char>(c) > 126 ? '?' : c;
    }
    return clean;
}

}  // namespace

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

TensorView::TensorView(const TfliteView& graph, std::int32_t index, std::string place)
    : graph_(&graph), index_(index), place_(std::move(place)) {
    if (index < 0 || index >= graph.tensors()) {
        fail("tensor " + std::to_string(index) + " does not exist (the file has " +
             std::to_string(graph.tensors()) + ")");
    }
    tensor_ = graph.subgraph().tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
    if (const auto* signature = tensor_->shape_signature(); signature != nullptr) {
        for (flatbuffers::uoffset_t i = 1; i < signature->size(); ++i) {
            if (signature->Get(i) < 0) {
                fail("dynamic shape " + list_text(*signature) + ", expected a fixed one");
            }
        }
    }
    if (tensor_->sparsity() != nullptr) {
        fail("sparse, expected dense values");
    }
    if (tensor_->is_variable()) {
        fail("a variable; networks with a state are not read");
    }
    std::int64_t elements = 1;
    for (flatbuffers::uoffset_t i = 0; tensor_->shape() != nullptr && i < tensor_->shape()->size();
         ++i) {
        const std::int64_t size = tensor_->shape()->Get(i);
        if (i >= 4 || size < 1 || size > kLargestDimension || elements * size > kMostElements) {
            fail("shape " + list_text(*tensor_->shape()) +
                 "; expected at most 4 dimensions, each in [1, 65535], and 2^26 elements");
        }
        elements *= size;
        shape_.push_back(size);
    }
}

void TensorView::fail(const std::string& what) const {
    graph_->fail(place_ + ": " + what);
}

std::string TensorView::name() const {
    return printable(tensor_->name());
}

tflite::TensorType TensorView::type() const {
    return tensor_->type();
}

bool TensorView::constant() const {
    return tensor_->buffer() != 0 && !graph_->buffer(tensor_->buffer()).empty();
}

void TensorView::expect_type(tflite::TensorType expected) const {
    if (type() != expected) {
        fail(type_name(type()) + ", expected " + type_name(expected));
    }
}

space::Shape TensorView::map() const {
    const bool vector = shape_.size() == 2;
    if (!vector && shape_.size() != 4) {
        fail("shape " + list_text(shape_) +
             ", expected [1, height, width, channels] or [1, channels]");
    }
    if (shape_[0] != 1) {
        fail("a batch of " + std::to_string(shape_[0]) + " images, expected 1");
    }
    return vector ? space::Shape{1, 1, shape_[1]} : space::Shape{shape_[1], shape_[2], shape_[3]};
}

namespace {

/// The verifier does not ask for vectors of 8-byte numbers to lie at multiples of 8.
std::int64_t zero_point_at(const flatbuffers::Vector<std::int64_t>& values,
                           flatbuffers::uoffset_t index) {
    std::int64_t value = 0;
    std::memcpy(&value, values.Data() + std::size_t{index} * sizeof value, sizeof value);
    return flatbuffers::EndianScalar(value);
}

}  // namespace

QuantParams TensorView::params() const {
    const tflite::QuantizationParameters* quantization = tensor_->quantization();
    if (quantization == nullptr || quantization->scale() == nullptr ||
        quantization->scale()->size() == 0) {
        fail("not quantized (no scale)");
    }
    if (quantization->scale()->size() != 1 || quantization->zero_point() == nullptr ||
        quantization->zero_point()->size() != 1) {
        fail(std::to_string(quantization->scale()->size()) +
             " scales, expected one scale and one zero point");
    }
    const float scale = quantization->scale()->Get(0);
    if (!std::isnormal(scale) || scale < 0.0F) {
        fail("scale " + std::to_string(scale) + ", expected a positive number");
    }
    const std::int64_t least = type() == tflite::TensorType::UINT8 ? 0 : -128;
    const std::int64_t zero = zero_point_at(*quantization->zero_point(), 0);
    if (zero < least || zero > least + 255) {
        fail("zero point " + std::to_string(zero) + ", expected one in [" + std::to_string(least) +
             ", " + std::to_string(least + 255) + "]");
    }
    return {scale, static_cast<std::int32_t>(zero)};
}

std::vector<float> TensorView::weight_scales(std::int64_t outputs) const {
    const tflite::QuantizationParameters* quantization = tensor_->quantization();
    if (quantization == nullptr || quantization->scale() == nullptr ||
        quantization->scale()->size() == 0) {
        fail("not quantized (no scale)");
    }
    const auto& scales = *quantization->scale();
    if (scales.size() != 1 && static_cast<std::int64_t>(scales.size()) != outputs) {
        fail(std::to_string(scales.size()) + " scales, expected one or " + std::to_string(outputs));
    }
    if (scales.size() > 1 && quantization->quantized_dimension() != 0) {
        fail("scales along dimension " + std::to_string(quantization->quantized_dimension()) +
             ", expected 0, the output channels");
    }
    std::vector<float> values(scales.begin(), scales.end());
    for (const float scale : values) {
        if (!std::isnormal(scale) || scale < 0.0F) {
            fail("scale " + std::to_string(scale) + ", expected positive numbers");
        }
    }
    if (const auto* zeros = quantization->zero_point(); zeros != nullptr) {
        for (flatbuffers::uoffset_t i = 0; i < zeros->size(); ++i) {
            if (zero_point_at(*zeros, i) != 0) {
                fail("a zero point other than 0 (int8 weights are symmetric)");
            }
        }
    }
    return values;
}

std::int64_t TensorView::elements() const {
    std::int64_t count = 1;
    for (const std::int64_t size : shape_) {
        count *= size;
    }
    return count;
}

std::string_view TensorView::data(std::int64_t element_bytes) const {
    const std::string_view bytes = graph_->buffer(tensor_->buffer());
    if (tensor_->buffer() == 0 || bytes.empty()) {
        fail("no values in the file, expected constants");
    }
    const std::int64_t expected = elements() * element_bytes;
    if (static_cast<std::int64_t>(bytes.size()) != expected) {
        fail("shape " + list_text(shape_) + " with " + std::to_string(bytes.size()) +
             " bytes in the file, expected " + std::to_string(expected));
    }
    return bytes;
}

std::vector<std::int8_t> TensorView::int8_values() const {
    expect_type(tflite::TensorType::INT8);
    const std::string_view bytes = data(1);
    return {bytes.begin(), bytes.end()};
}

std::vector<std::int32_t> TensorView::int32_values() const {
    expect_type(tflite::TensorType::INT32);
    const std::string_view bytes = data(4);
    std::vector<std::int32_t> values(bytes.size() / 4);
    // The file need not align what is in a buffer of bytes.
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

OperatorView::OperatorView(const TfliteView& graph, std::int32_t index)
    : graph_(graph), index_(index) {
    operator_ = graph.subgraph().operators()->Get(static_cast<flatbuffers::uoffset_t>(index));
    const auto* codes = graph.model().operator_codes();
    if (codes == nullptr || operator_->opcode_index() >= codes->size()) {
        graph.fail("operator " + std::to_string(index) + ": its code " +
                   std::to_string(operator_->opcode_index()) + " is not in the file");
    }
    const tflite::OperatorCode* code = codes->Get(operator_->opcode_index());
    const auto value = std::max(static_cast<std::int32_t>(code->deprecated_builtin_code()),
                                static_cast<std::int32_t>(code->builtin_code()));
    code_ = static_cast<tflite::BuiltinOperator>(value);
    kind_ = tflite_operator_name(value);
    if (kind_ == "CUSTOM") {
        kind_ += " " + printable(code->custom_code());
    }
    if (operator_->inputs() != nullptr) {
        inputs_.assign(operator_->inputs()->begin(), operator_->inputs()->end());
    }
    if (operator_->outputs() == nullptr || operator_->outputs()->size() != 1) {
        fail("has " +
             std::to_string(operator_->outputs() == nullptr ? 0 : operator_->outputs()->size()) +
             " outputs, expected one");
    }
    output_ = operator_->outputs()->Get(0);
}

void OperatorView::fail(const std::string& what) const {
    graph_.fail("operator " + std::to_string(index_) + " (" + kind_ + "): " + what);
}

void OperatorView::expect_inputs(std::size_t least, std::size_t most) const {
    if (inputs_.size() < least || inputs_.size() > most) {
        fail("has " + std::to_string(inputs_.size()) + " inputs, expected " +
             std::to_string(least) + (most > least ? " or " + std::to_string(most) : ""));
    }
}

bool OperatorView::has_input(std::size_t position) const {
    return position < inputs_.size() && inputs_[position] != -1;
}

TensorView OperatorView::input(std::size_t position, const std::string& role) const {
    if (!has_input(position)) {
        fail("has no " + role);
    }
    return {graph_, inputs_[position],
            "operator " + std::to_string(index_) + " (" + kind_ + "): " + role};
}

TensorView OperatorView::output() const {
    return {graph_, output_, "operator " + std::to_string(index_) + " (" + kind_ + "): output"};
}

bool OperatorView::relu(tflite::ActivationFunctionType activation) const {
    switch (activation) {
        case tflite::ActivationFunctionType::NONE:
            return false;
        case tflite::ActivationFunctionType::RELU:
            return true;
        case tflite::ActivationFunctionType::RELU_N1_TO_1:
            fail("fuses RELU_N1_TO_1, expected RELU or no activation");
        case tflite::ActivationFunctionType::RELU6:
            fail("fuses RELU6, expected RELU or no activation");
        case tflite::ActivationFunctionType::TANH:
            fail("fuses TANH, expected RELU or no activation");
        case tflite::ActivationFunctionType::SIGN_BIT:
            fail("fuses SIGN_BIT, expected RELU or no activation");
    }
    fail("fuses activation " + std::to_string(static_cast<int>(activation)) +
         ", expected RELU or no activation");
}

}  // namespace nanonas::exporting
