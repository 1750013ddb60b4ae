#include <cmath>
#include <cstring>

#include "export/tflite/reader/view.hpp"

namespace nanonas::exporting {

namespace {

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

/// The verifier does not ask for vectors of 8-byte numbers to lie at multiples of 8.
std::int64_t zero_point_at(const flatbuffers::Vector<std::int64_t>& values,
                           flatbuffers::uoffset_t index) {
    std::int64_t value = 0;
    std::memcpy(&value, values.Data() + std::size_t{index} * sizeof value, sizeof value);
    return flatbuffers::EndianScalar(value);
}

}  // namespace

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
    const std::size_t sides = shape_.size();
    if (sides < 2 || sides > 4) {
        fail("shape " + list_text(shape_) +
             ", expected [1, height, width, channels] or [1, channels]");
    }
    if (shape_[0] != 1) {
        fail("a batch of " + std::to_string(shape_[0]) + " images, expected 1");
    }
    return {sides == 4 ? shape_[1] : 1, sides > 2 ? shape_[sides - 2] : 1, shape_.back()};
}

const tflite::QuantizationParameters& TensorView::scaled() const {
    const tflite::QuantizationParameters* quantization = tensor_->quantization();
    if (quantization == nullptr || quantization->scale() == nullptr ||
        quantization->scale()->size() == 0) {
        fail("not quantized (no scale)");
    }
    return *quantization;
}

QuantParams TensorView::params() const {
    const tflite::QuantizationParameters& quantization = scaled();
    if (quantization.scale()->size() != 1 || quantization.zero_point() == nullptr ||
        quantization.zero_point()->size() != 1) {
        fail(std::to_string(quantization.scale()->size()) +
             " scales, expected one scale and one zero point");
    }
    const float scale = quantization.scale()->Get(0);
    if (!std::isnormal(scale) || scale < 0.0F) {
        fail("scale " + std::to_string(scale) + ", expected a positive number");
    }
    const std::int64_t least = type() == tflite::TensorType::UINT8 ? 0 : -128;
    const std::int64_t zero = zero_point_at(*quantization.zero_point(), 0);
    if (zero < least || zero > least + 255) {
        fail("zero point " + std::to_string(zero) + ", expected one in [" + std::to_string(least) +
             ", " + std::to_string(least + 255) + "]");
    }
    return {scale, static_cast<std::int32_t>(zero)};
}

std::vector<float> TensorView::weight_scales(std::int64_t outputs, std::int32_t dimension) const {
    const tflite::QuantizationParameters& quantization = scaled();
    const auto& scales = *quantization.scale();
    if (scales.size() != 1 && static_cast<std::int64_t>(scales.size()) != outputs) {
        fail(std::to_string(scales.size()) + " scales, expected one or " + std::to_string(outputs));
    }
    if (scales.size() > 1 && quantization.quantized_dimension() != dimension) {
        fail("scales along dimension " + std::to_string(quantization.quantized_dimension()) +
             ", expected " + std::to_string(dimension) + ", the output channels");
    }
    std::vector<float> values(scales.begin(), scales.end());
    for (const float scale : values) {
        if (!std::isnormal(scale) || scale < 0.0F) {
            fail("scale " + std::to_string(scale) + ", expected positive numbers");
        }
    }
    if (const auto* zeros = quantization.zero_point(); zeros != nullptr) {
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

}  // namespace nanonas::exporting
