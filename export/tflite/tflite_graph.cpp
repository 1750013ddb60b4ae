#include "export/tflite/tflite_graph.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace nanonas::exporting {

namespace {

namespace fb = flatbuffers;
using tflite::BuiltinOperator;

constexpr std::uint32_t kSchemaVersion = 3;
constexpr std::size_t kBufferAlignment = 16;
constexpr std::size_t kRuntimeVersionBytes = 16;  // zero-padded, as TFLite's converter writes it

struct Release {
    BuiltinOperator kind;
    std::int32_t version;
    int major, minor, patch;
};

// TFLite's tools/versioning/runtime_version.cc, the operators written here.
const Release kReleases[] = {
    {BuiltinOperator::ADD, 1, 1, 5, 0},
    {BuiltinOperator::ADD, 2, 1, 14, 0},
    {BuiltinOperator::AVERAGE_POOL_2D, 1, 1, 5, 0},
    {BuiltinOperator::AVERAGE_POOL_2D, 2, 1, 14, 0},
    {BuiltinOperator::CONV_2D, 1, 1, 5, 0},
    {BuiltinOperator::CONV_2D, 3, 1, 14, 0},
    {BuiltinOperator::CONV_2D, 5, 2, 4, 0},
    {BuiltinOperator::DEPTHWISE_CONV_2D, 1, 1, 5, 0},
    {BuiltinOperator::DEPTHWISE_CONV_2D, 3, 1, 14, 0},
    {BuiltinOperator::DEPTHWISE_CONV_2D, 6, 2, 3, 0},
    {BuiltinOperator::DEQUANTIZE, 2, 1, 14, 0},
    {BuiltinOperator::DEQUANTIZE, 3, 1, 15, 0},
    {BuiltinOperator::FULLY_CONNECTED, 1, 1, 5, 0},
    {BuiltinOperator::FULLY_CONNECTED, 4, 1, 14, 0},
    {BuiltinOperator::FULLY_CONNECTED, 9, 2, 3, 0},
    {BuiltinOperator::MAX_POOL_2D, 1, 1, 5, 0},
    {BuiltinOperator::MAX_POOL_2D, 2, 1, 14, 0},
    {BuiltinOperator::MEAN, 2, 1, 14, 0},
    {BuiltinOperator::MUL, 2, 1, 14, 0},
    {BuiltinOperator::PAD, 1, 1, 5, 0},
    {BuiltinOperator::PAD, 2, 1, 14, 0},
    {BuiltinOperator::QUANTIZE, 1, 1, 14, 0},
    {BuiltinOperator::QUANTIZE, 2, 1, 15, 0},
    {BuiltinOperator::RELU, 2, 2, 1, 0},
    {BuiltinOperator::RELU6, 2, 1, 14, 0},
    {BuiltinOperator::RESHAPE, 1, 1, 5, 0},
    {BuiltinOperator::SOFTMAX, 2, 1, 14, 0},
};

/// Writes a graph's parts, each before what refers to it.
class Serializer {
  public:
    explicit Serializer(const TfliteGraph& graph) : graph_(graph) {}

    std::string bytes();

  private:
    /// Shapes and indices.
    fb::Offset<fb::Vector<std::int32_t>> integers(const std::vector<std::int32_t>& elements);
    fb::Offset<fb::Vector<std::int64_t>> zero_points(const TfliteTensor& tensor);

    /// Index of the new buffer.
    std::uint32_t add_buffer(const std::string& data);
    fb::Offset<tflite::QuantizationParameters> quantization(const TfliteTensor& tensor);
    fb::Offset<tflite::Tensor> tensor(const TfliteTensor& tensor);
    std::uint32_t code(const TfliteOperator& node);
    std::pair<tflite::BuiltinOptions, fb::Offset<void>> options(const TfliteOperator& node);
    fb::Offset<tflite::Operator> node(const TfliteOperator& node);

    const TfliteGraph& graph_;
    fb::FlatBufferBuilder builder_;
    std::map<std::vector<std::int32_t>, fb::Offset<fb::Vector<std::int32_t>>> integers_;
    std::map<std::size_t, fb::Offset<fb::Vector<std::int64_t>>> zeros_;      ///< by their number
    std::vector<fb::Offset<tflite::QuantizationParameters>> quantizations_;  ///< by tensor
    std::vector<fb::Offset<tflite::Buffer>> buffers_;
    std::vector<std::pair<BuiltinOperator, std::int32_t>> codes_;
    using OptionsKey = std::tuple<BuiltinOperator, bool, bool, std::int32_t, std::int32_t, bool,
                                  std::array<std::int64_t, 3>, std::int32_t, float>;
    std::map<OptionsKey, std::pair<tflite::BuiltinOptions, fb::Offset<void>>> options_;
};

fb::Offset<fb::Vector<std::int32_t>> Serializer::integers(
    const std::vector<std::int32_t>& elements) {
    const auto found = integers_.find(elements);
    if (found != integers_.end()) {
        return found->second;
    }
    return integers_.emplace(elements, builder_.CreateVector(elements)).first->second;
}

fb::Offset<fb::Vector<std::int64_t>> Serializer::zero_points(const TfliteTensor& tensor) {
    const std::size_t count = tensor.scales.size();
    const std::vector<std::int64_t> elements(count, tensor.zero_point);
    // Those of constants are all 0.
    if (tensor.data.empty() || tensor.zero_point != 0) {
        return builder_.CreateVector(elements);
    }
    const auto found = zeros_.find(count);
    if (found != zeros_.end()) {
        return found->second;
    }
    return zeros_.emplace(count, builder_.CreateVector(elements)).first->second;
}

std::uint32_t Serializer::add_buffer(const std::string& data) {
    builder_.ForceVectorAlignment(data.size(), 1, kBufferAlignment);
    const auto bytes =
        builder_.CreateVector(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
    buffers_.push_back(tflite::CreateBuffer(builder_, bytes));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
}

fb::Offset<tflite::QuantizationParameters> Serializer::quantization(const TfliteTensor& tensor) {
    if (tensor.scales.empty()) {
        return 0;
    }
    if (tensor.quantized_as) {
        return quantizations_[static_cast<std::size_t>(*tensor.quantized_as)];
    }
    const auto scales = builder_.CreateVector(tensor.scales);
    const auto zeros = zero_points(tensor);
    tflite::QuantizationParametersBuilder parameters(builder_);
    parameters.add_scale(scales);
    parameters.add_zero_point(zeros);
    parameters.add_quantized_dimension(tensor.quantized_dimension);
    return parameters.Finish();
}

fb::Offset<tflite::Tensor> Serializer::tensor(const TfliteTensor& tensor) {
    const auto shape = integers(tensor.shape);
    const auto name = builder_.CreateString(tensor.name);
    const auto parameters = quantization(tensor);
    quantizations_.push_back(parameters);
    const std::uint32_t buffer = tensor.data.empty() ? 0 : add_buffer(tensor.data);
    return tflite::CreateTensor(builder_, shape, tensor.type, buffer, name, parameters);
}

std::uint32_t Serializer::code(const TfliteOperator& node) {
    const std::pair<BuiltinOperator, std::int32_t> wanted{node.kind, node.version};
    const auto found = std::find(codes_.begin(), codes_.end(), wanted);
    const auto index = static_cast<std::uint32_t>(found - codes_.begin());
    if (found == codes_.end()) {
        codes_.push_back(wanted);
    }
    return index;
}

std::pair<tflite::BuiltinOptions, fb::Offset<void>> Serializer::options(
    const TfliteOperator& node) {
    const space::Window& window = node.window;
    const auto padding =
        window.padding == space::Padding::kSame ? tflite::Padding::SAME : tflite::Padding::VALID;
    const auto stride_width = static_cast<std::int32_t>(window.stride_width);
    const auto stride_height = static_cast<std::int32_t>(window.stride_height);
    const OptionsKey key{node.kind,
                         node.relu,
                         node.relu6,
                         node.filter_height,
                         node.filter_width,
                         node.asymmetric_inputs,
                         {stride_width, stride_height, static_cast<std::int64_t>(padding)},
                         node.depth_multiplier,
                         node.beta};
    const auto found = options_.find(key);
    if (found != options_.end()) {
        return found->second;
    }
    const auto activation = node.relu6  ? tflite::ActivationFunctionType::RELU6
                            : node.relu ? tflite::ActivationFunctionType::RELU
                                        : tflite::ActivationFunctionType::NONE;
    std::pair<tflite::BuiltinOptions, fb::Offset<void>> made{tflite::BuiltinOptions::NONE, 0};
    if (node.kind == BuiltinOperator::CONV_2D) {
        made = {
            tflite::BuiltinOptions::Conv2DOptions,
            tflite::CreateConv2DOptions(builder_, padding, stride_width, stride_height, activation)
                .Union()};
    } else if (node.kind == BuiltinOperator::DEPTHWISE_CONV_2D) {
        made = {tflite::BuiltinOptions::DepthwiseConv2DOptions,
                tflite::CreateDepthwiseConv2DOptions(builder_, padding, stride_width, stride_height,
                                                     node.depth_multiplier, activation)
                    .Union()};
    } else if (node.kind == BuiltinOperator::FULLY_CONNECTED) {
        made = {tflite::BuiltinOptions::FullyConnectedOptions,
                tflite::CreateFullyConnectedOptions(
                    builder_, activation, tflite::FullyConnectedOptionsWeightsFormat::DEFAULT,
                    false, node.asymmetric_inputs)
                    .Union()};
    } else if (node.filter_height > 0) {
        made = {tflite::BuiltinOptions::Pool2DOptions,
                tflite::CreatePool2DOptions(builder_, padding, stride_width, stride_height,
                                            node.filter_width, node.filter_height, activation)
                    .Union()};
    } else if (node.kind == BuiltinOperator::ADD) {
        made = {tflite::BuiltinOptions::AddOptions,
                tflite::CreateAddOptions(builder_, activation).Union()};
    } else if (node.kind == BuiltinOperator::MUL) {
        made = {tflite::BuiltinOptions::MulOptions,
                tflite::CreateMulOptions(builder_, activation).Union()};
    } else if (node.kind == BuiltinOperator::SOFTMAX) {
        made = {tflite::BuiltinOptions::SoftmaxOptions,
                tflite::CreateSoftmaxOptions(builder_, node.beta).Union()};
    } else if (node.kind == BuiltinOperator::MEAN) {
        made = {tflite::BuiltinOptions::ReducerOptions,
                tflite::CreateReducerOptions(builder_, /*keep_dims=*/true).Union()};
    }
    options_.emplace(key, made);
    return made;
}

fb::Offset<tflite::Operator> Serializer::node(const TfliteOperator& node) {
    const auto inputs = integers(node.inputs);
    const auto outputs = integers(node.outputs);
    const auto [type, table] = options(node);
    return tflite::CreateOperator(builder_, code(node), inputs, outputs, type, table);
}

std::string Serializer::bytes() {
    buffers_.push_back(tflite::CreateBuffer(builder_));
    std::vector<fb::Offset<tflite::Tensor>> tensors;
    for (const TfliteTensor& one : graph_.tensors) {
        tensors.push_back(tensor(one));
    }
    std::vector<fb::Offset<tflite::Operator>> operators;
    for (const TfliteOperator& one : graph_.operators) {
        operators.push_back(node(one));
    }
    std::string runtime = min_runtime_version(graph_);
    runtime.resize(kRuntimeVersionBytes);
    std::vector<fb::Offset<tflite::Metadata>> metadata;
    const auto add_metadata = [&](const std::string& name, const std::string& data) {
        const auto text = builder_.CreateString(name);
        const std::uint32_t buffer = add_buffer(data);
        metadata.push_back(tflite::CreateMetadata(builder_, text, buffer));
    };
    add_metadata("min_runtime_version", runtime);
    for (const auto& [name, data] : graph_.metadata) {
        add_metadata(name, data);
    }
    std::vector<fb::Offset<tflite::OperatorCode>> codes;
    for (const auto& [kind, version] : codes_) {
        // Both fields: readers older than builtin_code know the first only.
        codes.push_back(
            tflite::CreateOperatorCode(builder_, static_cast<std::int8_t>(kind), 0, version, kind));
    }
    // One after the other: the order in which arguments are evaluated is the compiler's.
    const auto tensor_list = builder_.CreateVector(tensors);
    const auto inputs = integers({graph_.input});
    const auto outputs = integers({graph_.output});
    const auto operator_list = builder_.CreateVector(operators);
    const auto graph_name = builder_.CreateString("main");
    const auto graph =
        tflite::CreateSubGraph(builder_, tensor_list, inputs, outputs, operator_list, graph_name);
    const auto code_list = builder_.CreateVector(codes);
    const auto graph_list = builder_.CreateVector(std::vector<fb::Offset<tflite::SubGraph>>{graph});
    const auto description = builder_.CreateString(graph_.description);
    const auto buffer_list = builder_.CreateVector(buffers_);
    const auto metadata_list = builder_.CreateVector(metadata);
    const auto model = tflite::CreateModel(builder_, kSchemaVersion, code_list, graph_list,
                                           description, buffer_list, 0, metadata_list);
    tflite::FinishModelBuffer(builder_, model);
    return {reinterpret_cast<const char*>(builder_.GetBufferPointer()), builder_.GetSize()};
}

}  // namespace

std::int32_t TfliteGraph::add(TfliteTensor tensor) {
    tensors.push_back(std::move(tensor));
    return static_cast<std::int32_t>(tensors.size() - 1);
}

std::string min_runtime_version(const TfliteGraph& graph) {
    std::tuple<int, int, int> latest{1, 5, 0};
    for (const TfliteOperator& node : graph.operators) {
        for (const Release& row : kReleases) {
            if (row.kind == node.kind && row.version == node.version) {
                latest = std::max(latest, std::make_tuple(row.major, row.minor, row.patch));
            }
        }
    }
    const auto [major, minor, patch] = latest;
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::string tflite_bytes(const TfliteGraph& graph) {
    return Serializer(graph).bytes();
}

}  // namespace nanonas::exporting
