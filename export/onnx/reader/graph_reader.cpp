#include "export/onnx/reader/graph_reader.hpp"

#include <algorithm>

#include "export/onnx/op/ops.hpp"
#include "space/errors.hpp"
#include "space/printable.hpp"

namespace nanonas::exporting {

namespace {

using onnx::TensorProto;
using Flow = GraphReader::Flow;

/// Of all maps together: what one interpreter allocates.
constexpr std::int64_t kMostValues = std::int64_t{1} << 26;
constexpr std::int64_t kLargestImage = 4096;
constexpr std::size_t kLongestName = 48;

/// Letters and digits of a name of the file, its last ones.
std::string plain_name(const std::string& given) {
    std::string name;
    for (const char c : given) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (plain) {
            name += c;
        } else if (!name.empty() && name.back() != '.') {
            name += '.';
        }
    }
    name = name.substr(name.size() - std::min(name.size(), kLongestName));
    const std::size_t first = name.find_first_not_of('.');
    return first == std::string::npos ? "" : name.substr(first);
}

/// Whether the map comes with its channels last: the first operator that asks is a transpose.
bool channels_last(const OnnxView& view) {
    std::string value = view.input().name();
    for (const onnx::NodeProto& node : view.graph().node()) {
        const bool reads =
            std::find(node.input().begin(), node.input().end(), value) != node.input().end();
        if (!reads) {
            continue;
        }
        if (node.op_type() == "Transpose") {
            for (const onnx::AttributeProto& each : node.attribute()) {
                if (each.name() == "perm" && each.ints_size() == 4) {
                    return each.ints(1) == 3;
                }
            }
            return false;
        }
        static const std::set<std::string> passed = {
            "Identity", "Cast", "QuantizeLinear", "DequantizeLinear", "Mul", "Add", "Sub", "Div"};
        if (passed.count(node.op_type()) == 0 || node.output_size() == 0) {
            return false;
        }
        value = node.output(0);
    }
    return false;
}

std::string type_of(const OnnxView& view, const onnx::ValueInfoProto& info) {
    switch (info.type().tensor_type().elem_type()) {
        case TensorProto::FLOAT:
            return "float32";
        case TensorProto::UINT8:
            return "uint8";
        case TensorProto::INT8:
            return "int8";
        default:
            view.fail("'" + one_line(info.name().substr(0, 80)) +
                      "' is of another type than float, uint8 or int8");
    }
}

}  // namespace

bool OnnxLayers::quantized() const {
    return input.has_value() ||
           std::any_of(layers.begin(), layers.end(),
                       [](const OnnxLayer& layer) { return layer.params.has_value(); });
}

bool keeps_params(const space::Op& op) {
    return std::holds_alternative<space::MaxPool2d>(op) ||
           std::holds_alternative<space::AveragePool2d>(op) ||
           std::holds_alternative<space::Pad>(op) || std::holds_alternative<space::Reshape>(op);
}

GraphReader::GraphReader(const OnnxView& view) : view_(view) {
    for (const onnx::NodeProto& node : view.graph().node()) {
        for (const std::string& input : node.input()) {
            ++readers_[input];
        }
    }
    ++readers_[view.output().name()];
}

void GraphReader::begin() {
    const onnx::ValueInfoProto& input = view_.input();
    const std::string name = "input '" + one_line(input.name().substr(0, 80)) + "'";
    const auto& shape = input.type().tensor_type().shape();
    Flow flow;
    for (int i = 0; i < shape.dim_size(); ++i) {
        std::int64_t side = shape.dim(i).dim_value();
        if (i == 0) {  // images
            if (side > 1) {
                view_.fail(name + ": a batch of " + std::to_string(side) +
                           " images, expected 1 or any number");
            }
            side = 1;
        }
        if (side < 1) {
            view_.fail(name + ": dimension " + std::to_string(i) +
                       " has no fixed size, expected one for all but the images");
        }
        flow.dims.push_back(side);
    }
    static const std::vector<std::vector<std::string>> orders = {
        {"N", "C"}, {"N", "C", "W"}, {"N", "C", "H", "W"}};
    if (flow.dims.size() < 2 || flow.dims.size() > 4) {
        view_.fail(name + ": shape " + dims_text(flow.dims) +
                   ", expected [images, channels, height, width], [images, channels, width] or "
                   "[images, values]");
    }
    flow.axes = orders[flow.dims.size() - 2];
    if (flow.dims.size() == 4 && channels_last(view_)) {
        flow.axes = {"N", "H", "W", "C"};
    }
    space::Shape map{1, 1, 1};
    for (std::size_t i = 1; i < flow.axes.size(); ++i) {
        (flow.axes[i] == "C"   ? map.channels
         : flow.axes[i] == "H" ? map.height
                               : map.width) = flow.dims[i];
    }
    if (map.height > kLargestImage || map.width > kLargestImage ||
        map.channels > space::kLargestSide || map.elements() > kMostValues) {
        view_.fail(name + ": " + to_string(map) + ", expected at most 4096x4096");
    }
    made_.network.input = map;
    values_ = map.elements();
    made_.input_type = type_of(view_, input);
    flow.stored = made_.input_type != "float32";
    flow.shared = readers_[input.name()] > 1;
    flows_[input.name()] = flow;
}

OnnxLayers GraphReader::read() {
    begin();
    for (int i = 0; i < view_.graph().node_size(); ++i) {
        const OnnxNode node(view_, i);
        if (flows_.count(node.output()) > 0 || constants_.count(node.output()) > 0 ||
            view_.initializer(node.output()) != nullptr) {
            node.fail("writes '" + one_line(node.output().substr(0, 80)) +
                      "', which is there already");
        }
        read_operator(*this, node);
    }
    finish();
    return std::move(made_);
}

void GraphReader::finish() {
    const auto found = flows_.find(view_.output().name());
    if (found == flows_.end()) {
        view_.fail("output '" + one_line(view_.output().name().substr(0, 80)) +
                   "' is written by no operator");
    }
    const Flow& flow = found->second;
    if (made_.network.nodes.empty()) {
        view_.fail("computes nothing");
    }
    if (flow.value != made_.network.nodes.size()) {
        view_.fail("its output is not what the last layer writes");
    }
    const space::Shape map = made_.network.output();
    if (map.height != 1 || map.width != 1) {
        view_.fail("its output is " + to_string(map) + ", expected one score per class");
    }
    made_.output_type = flow.stored ? type_of(view_, view_.output()) : "float32";
}

Flow GraphReader::flow(const OnnxNode& node, int position, bool bytes_too) const {
    const std::string& name = node.input(position);
    const auto found = flows_.find(name);
    if (found == flows_.end()) {
        node.fail("reads '" + one_line(name.substr(0, 80)) + "', " +
                  (constant_at(node, position) ? "which is a constant, expected a map"
                                               : "which no operator before it writes"));
    }
    Flow flow = found->second;
    flow.shared = flow.shared || readers_.at(name) > 1;
    node.expect(!flow.stored || bytes_too,
                "reads quantized values, expected a DequantizeLinear "
                "before it");
    return flow;
}

Flow GraphReader::image(const OnnxNode& node, bool bytes_too) {
    Flow flow = this->flow(node, 0, bytes_too);
    const space::Shape map = shape(flow);
    const std::vector<std::string> nchw = {"N", "C", "H", "W"}, turned = {"N", "C", "W", "H"},
                                   ncw = {"N", "C", "W"}, nch = {"N", "C", "H"};
    if ((flow.axes == turned && map.height == 1) || (flow.axes == nch && map.width == 1)) {
        flow.value =
            push(node, "turn", space::Reshape{map.width, map.height, map.channels}, {flow.value});
        flow.axes = flow.axes == turned ? nchw : ncw;
        flow.shared = false;
    }
    if (flow.axes != nchw && flow.axes != ncw) {
        node.fail("reads dimensions " + dims_text(flow.dims) +
                  " in an order other than [images, channels, height, width]");
    }
    return flow;
}

Flow GraphReader::row(const OnnxNode& node, int position, std::string& order) {
    Flow flow = this->flow(node, position, false);
    if (flow.dims.size() != 2 || flow.axes[0] != "N") {
        node.fail("reads " + dims_text(flow.dims) + ", expected [images, values]");
    }
    order = flow.axes[1];
    const space::Shape map = shape(flow);
    if (map.height != 1 || map.width != 1) {
        flow.value = push(node, "flatten", space::Reshape{1, 1, map.elements()}, {flow.value});
        flow.shared = false;
    }
    return flow;
}

bool GraphReader::constant_at(const OnnxNode& node, int position) const {
    if (!node.has_input(position)) {
        return false;
    }
    const std::string& name = node.input(position);
    return view_.initializer(name) != nullptr || constants_.count(name) > 0;
}

OnnxConstant GraphReader::constant(const OnnxNode& node, int position,
                                   const std::string& role) const {
    const std::string& name = node.input(position);
    if (const TensorProto* tensor = view_.initializer(name)) {
        return view_.constant(*tensor, node.place() + ": " + role);
    }
    const auto found = constants_.find(name);
    if (found == constants_.end()) {
        node.fail(role + ": computed, expected constants");
    }
    return found->second;
}

std::vector<std::int64_t> GraphReader::whole_numbers(const OnnxNode& node, int position,
                                                     const std::string& role) const {
    const OnnxConstant values = constant(node, position, role);
    node.expect(!values.real() && !values.dequantized(), role + ": expected whole numbers");
    return values.integers;
}

float GraphReader::number(const OnnxNode& node, int position, const std::string& role) const {
    const OnnxConstant value = constant(node, position, role);
    node.expect(value.reals.size() == 1, role + ": expected one number");
    return value.reals.front();
}

void GraphReader::write(const OnnxNode& node, Flow flow) {
    flows_[node.output()] = std::move(flow);
}

void GraphReader::write(const OnnxNode& node, OnnxConstant constant) {
    constants_[node.output()] = std::move(constant);
}

std::optional<QuantParams>& GraphReader::params(space::Value value) {
    return value == 0 ? made_.input : made_.layers[value - 1].params;
}

std::string GraphReader::unique(const std::string& given, const std::string& kind) {
    const std::string name = given.empty() ? kind : given;
    std::string candidate = name;
    for (int number = 2; !names_.insert(candidate).second; ++number) {
        candidate = name + "." + std::to_string(number);
    }
    return candidate;
}

space::Value GraphReader::push(const OnnxNode& node, const std::string& kind, space::Op op,
                               std::vector<space::Value> inputs, OnnxLayer layer) {
    space::Value written = 0;
    try {
        written = made_.network.add(unique(plain_name(node.name()), kind), std::move(op),
                                    std::move(inputs));
    } catch (const NetworkError& error) {
        node.fail(error.what());
    }
    values_ += made_.network.output().elements();
    node.expect(values_ <= kMostValues, "maps up to here hold " + std::to_string(values_) +
                                            " values, expected at most 2^26");
    layer.place = node.place();
    made_.layers.push_back(std::move(layer));
    return written;
}

}  // namespace nanonas::exporting
