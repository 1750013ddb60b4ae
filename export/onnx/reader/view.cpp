#include "export/onnx/reader/view.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "space/errors.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

using onnx::TensorProto;

constexpr std::int64_t kLowestOpset = 7;
constexpr std::int64_t kHighestOpset = 25;
constexpr int kMostOperators = 10'000;
/// Of one tensor: no allocation is larger than what a file may ask for.
constexpr std::int64_t kMostElements = std::int64_t{1} << 26;
constexpr int kDeepest = 32;  ///< messages in messages

std::string short_text(const std::string& text) {
    return one_line(text.substr(0, 80));
}

std::string type_name(std::int32_t type) {
    static const char* const names[] = {"undefined", "float",  "uint8",  "int8",   "uint16",
                                        "int16",     "int32",  "int64",  "string", "bool",
                                        "float16",   "double", "uint32", "uint64"};
    const bool known = type >= 0 && type < static_cast<std::int32_t>(std::size(names));
    return known ? names[type] : "type " + std::to_string(type);
}

std::size_t bytes_of(std::int32_t type) {
    switch (type) {
        case TensorProto::UINT8:
        case TensorProto::INT8:
        case TensorProto::BOOL:
            return 1;
        case TensorProto::FLOAT16:
            return 2;
        case TensorProto::FLOAT:
        case TensorProto::INT32:
            return 4;
        case TensorProto::INT64:
        case TensorProto::DOUBLE:
            return 8;
        default:
            return 0;
    }
}

template <typename Number>
Number number_at(const std::string& bytes, std::size_t index) {
    Number value;
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    return value;
}

void take_raw(OnnxConstant& constant, const std::string& bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        switch (constant.type) {
            case TensorProto::FLOAT:
                constant.reals.push_back(number_at<float>(bytes, i));
                break;
            case TensorProto::DOUBLE:
                constant.reals.push_back(static_cast<float>(number_at<double>(bytes, i)));
                break;
            case TensorProto::FLOAT16:
                constant.reals.push_back(half_to_float(number_at<std::uint16_t>(bytes, i)));
                break;
            case TensorProto::INT64:
                constant.integers.push_back(number_at<std::int64_t>(bytes, i));
                break;
            case TensorProto::INT32:
                constant.integers.push_back(number_at<std::int32_t>(bytes, i));
                break;
            case TensorProto::INT8:
                constant.integers.push_back(number_at<std::int8_t>(bytes, i));
                break;
            default:
                constant.integers.push_back(number_at<std::uint8_t>(bytes, i));
        }
    }
}

/// From the fields that hold numbers one by one.
void take_listed(OnnxConstant& constant, const TensorProto& tensor) {
    switch (constant.type) {
        case TensorProto::FLOAT:
            constant.reals.assign(tensor.float_data().begin(), tensor.float_data().end());
            break;
        case TensorProto::DOUBLE:
            for (const double value : tensor.double_data()) {
                constant.reals.push_back(static_cast<float>(value));
            }
            break;
        case TensorProto::FLOAT16:
            for (const std::int32_t bits : tensor.int32_data()) {
                constant.reals.push_back(half_to_float(static_cast<std::uint16_t>(bits)));
            }
            break;
        case TensorProto::INT64:
            constant.integers.assign(tensor.int64_data().begin(), tensor.int64_data().end());
            break;
        case TensorProto::INT8:
            for (const std::int32_t value : tensor.int32_data()) {
                constant.integers.push_back(static_cast<std::int8_t>(value));
            }
            break;
        case TensorProto::UINT8:
            for (const std::int32_t value : tensor.int32_data()) {
                constant.integers.push_back(static_cast<std::uint8_t>(value));
            }
            break;
        default:
            constant.integers.assign(tensor.int32_data().begin(), tensor.int32_data().end());
    }
}

}  // namespace

OnnxView::OnnxView(const std::string& bytes, std::string name, std::string folder)
    : name_(std::move(name)), folder_(std::move(folder)) {
    if (bytes.size() >= std::size_t{std::numeric_limits<std::int32_t>::max()}) {
        fail("larger than 2 GiB");
    }
    google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
    google::protobuf::io::CodedInputStream coded(&stream);
    coded.SetRecursionLimit(kDeepest);
    if (!model_.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage() ||
        !model_.has_graph()) {
        fail("not a whole ONNX model (truncated or damaged)");
    }
    for (const onnx::OperatorSetIdProto& set : model_.opset_import()) {
        if (set.domain().empty() || set.domain() == "ai.onnx") {
            opset_ = set.version();
        }
    }
    if (opset_ < kLowestOpset || opset_ > kHighestOpset) {
        fail("operator set " + std::to_string(opset_) + ", expected " +
             std::to_string(kLowestOpset) + " to " + std::to_string(kHighestOpset));
    }
    if (graph().node_size() == 0 || graph().node_size() > kMostOperators) {
        fail(std::to_string(graph().node_size()) + " operators, expected 1 to " +
             std::to_string(kMostOperators));
    }
    for (const TensorProto& tensor : graph().initializer()) {
        initializers_[tensor.name()] = &tensor;
    }
    std::size_t inputs = 0;
    for (const onnx::ValueInfoProto& input : graph().input()) {
        if (initializers_.count(input.name()) == 0) {  // files of before IR 4 list those, too
            input_ = &input;
            ++inputs;
        }
    }
    if (inputs != 1) {
        fail(std::to_string(inputs) + " inputs, expected one");
    }
    if (graph().output_size() != 1) {
        fail(std::to_string(graph().output_size()) + " outputs, expected one");
    }
}

void OnnxView::fail(const std::string& what) const {
    throw ExportError(name_ + ": " + what);
}

const TensorProto* OnnxView::initializer(const std::string& name) const {
    const auto found = initializers_.find(name);
    return found == initializers_.end() ? nullptr : found->second;
}

std::string OnnxView::external_bytes(const TensorProto& tensor, const std::string& place) const {
    std::string location;
    std::int64_t offset = 0, length = -1;
    constexpr std::int64_t kMost = std::int64_t{1} << 40;
    for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
        try {
            if (entry.key() == "location") {
                location = entry.value();
            } else if (entry.key() == "offset") {
                offset = parse_integer(entry.value(), "offset", 0, kMost);
            } else if (entry.key() == "length") {
                length = parse_integer(entry.value(), "length", 0, kMost);
            }
        } catch (const ConfigError& error) {
            fail(place + ": external data: " + error.what());
        }
    }
    const std::filesystem::path path(location);
    const bool outside = location.empty() || path.is_absolute() ||
                         std::find(path.begin(), path.end(), "..") != path.end();
    if (outside || folder_.empty()) {
        fail(place + ": external data in '" + short_text(location) +
             "', expected a file beside the model");
    }
    const std::string file = (std::filesystem::path(folder_) / path).string();
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    const std::int64_t size = stream ? static_cast<std::int64_t>(stream.tellg()) : -1;
    if (size < 0) {
        fail(place + ": its external data, " + short_text(file) + ", cannot be read");
    }
    length = length < 0 ? size - offset : length;
    if (offset > size || length > size - offset) {
        fail(place + ": its external data lie behind the end of " + short_text(file));
    }
    std::string bytes(static_cast<std::size_t>(length), '\0');
    stream.seekg(offset);
    stream.read(bytes.data(), length);
    return bytes;
}

OnnxConstant OnnxView::constant(const TensorProto& tensor, const std::string& place) const {
    OnnxConstant constant;
    constant.type = tensor.data_type();
    const std::size_t width = bytes_of(constant.type);
    if (width == 0) {
        fail(place + ": values of " + type_name(constant.type) +
             ", expected float, int8, uint8, int32 or int64");
    }
    std::int64_t elements = 1, reach = 1;  // reach: as if no side were 0
    for (const std::int64_t side : tensor.dims()) {
        if (side < 0 || side > kMostElements || reach * side > kMostElements) {
            fail(place + ": shape " + dims_text({tensor.dims().begin(), tensor.dims().end()}) +
                 ", expected at most 2^26 values");
        }
        elements *= side;
        reach *= std::max<std::int64_t>(side, 1);
        constant.dims.push_back(side);
    }
    const auto count = static_cast<std::size_t>(elements);
    const bool external = tensor.data_location() == TensorProto::EXTERNAL;
    if (external || tensor.has_raw_data()) {
        const std::string bytes = external ? external_bytes(tensor, place) : tensor.raw_data();
        if (bytes.size() != count * width) {
            fail(place + ": shape " + dims_text(constant.dims) + " with " +
                 std::to_string(bytes.size()) + " bytes in the file, expected " +
                 std::to_string(count * width));
        }
        take_raw(constant, bytes, count);
    } else {
        take_listed(constant, tensor);
    }
    if (constant.reals.size() + constant.integers.size() != count) {
        fail(place + ": shape " + dims_text(constant.dims) + " with " +
             std::to_string(constant.reals.size() + constant.integers.size()) +
             " values in the file, expected " + std::to_string(count));
    }
    if (constant.type == TensorProto::DOUBLE || constant.type == TensorProto::FLOAT16) {
        constant.type = TensorProto::FLOAT;
    }
    return constant;
}

OnnxNode::OnnxNode(const OnnxView& view, int index)
    : view_(view), index_(index), proto_(view.graph().node(index)) {
    if (!proto_.domain().empty() && proto_.domain() != "ai.onnx") {
        fail("of the domain '" + short_text(proto_.domain()) + "', expected ONNX's own operators");
    }
    if (proto_.output_size() == 0) {
        fail("has no output");
    }
}

std::string OnnxNode::place() const {
    const std::string given = proto_.name().empty() ? "" : " '" + short_text(proto_.name()) + "'";
    return "operator " + std::to_string(index_) + " (" + short_text(kind()) + given + ")";
}

void OnnxNode::fail(const std::string& what) const {
    view_.fail(place() + ": " + what);
}

void OnnxNode::expect(bool holds, const std::string& what) const {
    if (!holds) {
        fail(what);
    }
}

void OnnxNode::expect_inputs(int least, int most) const {
    if (inputs() < least || inputs() > most) {
        fail("has " + std::to_string(inputs()) + " inputs, expected " + std::to_string(least) +
             (most > least ? " to " + std::to_string(most) : ""));
    }
}

bool OnnxNode::has_input(int position) const {
    return position < inputs() && !proto_.input(position).empty();
}

const std::string& OnnxNode::input(int position) const {
    if (!has_input(position)) {
        fail("has no input " + std::to_string(position));
    }
    return proto_.input(position);
}

const onnx::AttributeProto* OnnxNode::find(const std::string& attribute) const {
    for (const onnx::AttributeProto& each : proto_.attribute()) {
        if (each.name() == attribute) {
            return &each;
        }
    }
    return nullptr;
}

std::int64_t OnnxNode::integer(const std::string& attribute, std::int64_t otherwise) const {
    const onnx::AttributeProto* const found = find(attribute);
    expect(found == nullptr || found->has_i(), "its " + attribute + " is no whole number");
    return found == nullptr ? otherwise : found->i();
}

float OnnxNode::real(const std::string& attribute, float otherwise) const {
    const onnx::AttributeProto* const found = find(attribute);
    expect(found == nullptr || found->has_f(), "its " + attribute + " is no number");
    return found == nullptr ? otherwise : found->f();
}

std::string OnnxNode::text(const std::string& attribute, const std::string& otherwise) const {
    const onnx::AttributeProto* const found = find(attribute);
    expect(found == nullptr || found->has_s(), "its " + attribute + " is no text");
    return found == nullptr ? otherwise : short_text(found->s());
}

std::vector<std::int64_t> OnnxNode::integers(const std::string& attribute) const {
    const onnx::AttributeProto* const found = find(attribute);
    return found == nullptr ? std::vector<std::int64_t>()
                            : std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

}  // namespace nanonas::exporting
