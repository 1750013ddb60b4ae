#include "space/json/network_json.hpp"

#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "space/choice.hpp"
#include "space/errors.hpp"

namespace nanonas::json {

namespace {

using nlohmann::json;

json shape_json(const space::Shape& shape) {
    return {shape.height, shape.width, shape.channels};
}

space::Shape read_shape(const Reader& reader) {
    const std::vector<Reader> sides = reader.items();
    if (sides.size() != 3) {
        reader.fail("expected [height, width, channels]");
    }
    return {sides[0].integer(1, space::kLargestSide), sides[1].integer(1, space::kLargestSide),
            sides[2].integer(1, space::kLargestSide)};
}

/// Whether a file may leave the field out.
template <typename... Range>
struct IsOptional : std::false_type {};
template <typename Number>
struct IsOptional<space::OptionalRange<Number>> : std::true_type {};
template <>
struct IsOptional<space::OptionalFlag> : std::true_type {};

/// The fields of one operator, beside "name", "kind" and "inputs".
template <typename Operator>
json fields_json(const Operator& op) {
    json fields = json::object();
    Operator::fields([&](const char* key, auto member, auto... range) {
        if (!IsOptional<decltype(range)...>::value || op.*member != Operator{}.*member) {
            fields[key] = op.*member;
        }
    });
    return fields;
}

void read_field(const Reader& node, const char* key, std::int64_t& field,
                space::FieldRange<std::int64_t> range) {
    field = node[key].integer(range.low, range.high);
}

void read_field(const Reader& node, const char* key, double& field,
                space::FieldRange<double> range) {
    field = node[key].number(range.low, range.high);
}

void read_field(const Reader& node, const char* key, bool& field) {
    field = node[key].boolean();
}

void read_field(const Reader& node, const char* key, std::int64_t& field,
                space::OptionalRange<std::int64_t> range) {
    if (node.has(key)) {
        field = node[key].integer(range.low, range.high);
    }
}

void read_field(const Reader& node, const char* key, bool& field, space::OptionalFlag) {
    if (node.has(key)) {
        field = node[key].boolean();
    }
}

template <typename Operator>
Operator read_fields(const Reader& node) {
    std::vector<std::string> keys = {"name", "kind", "inputs"};
    Operator::fields([&](const char* key, auto...) { keys.push_back(key); });
    node.only_keys(keys);
    Operator op;
    Operator::fields([&](const char* key, auto member, auto... range) {
        read_field(node, key, op.*member, range...);
    });
    return op;
}

space::Op read_op(const Reader& node) {
    const std::string name = node["kind"].string();
    std::optional<space::Op> op;
    std::vector<std::string> known;
    space::for_each_op([&](auto sample) {
        if (name == sample.kName) {
            op = read_fields<decltype(sample)>(node);
        }
        known.emplace_back(sample.kName);
    });
    if (!op) {
        node["kind"].fail("unknown kind '" + name + "'; expected one of " + listed(known));
    }
    return *op;
}

/// What the node reads, for those that do not read the node before.
std::vector<space::Value> read_inputs(const Reader& node, std::size_t before) {
    if (!node.has("inputs")) {
        return {before};
    }
    std::vector<space::Value> inputs;
    for (const Reader& value : node["inputs"].items()) {
        inputs.push_back(
            static_cast<space::Value>(value.integer(0, static_cast<std::int64_t>(before))));
    }
    return inputs;
}

json items_json(const std::vector<space::CostItem>& items) {
    json list = json::array();
    for (const space::CostItem& item : items) {
        list.push_back({{"name", item.name}, {"bytes", item.bytes}});
    }
    return list;
}

}  // namespace

nlohmann::json to_json(const space::Network& network) {
    json layers = json::array();
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const space::Node& node = network.nodes[i];
        json entry = std::visit([](const auto& op) { return fields_json(op); }, node.op);
        entry["name"] = node.name;
        entry["kind"] = space::op_name(node.op);
        if (node.inputs != std::vector<space::Value>{i}) {
            entry["inputs"] = node.inputs;
        }
        layers.push_back(std::move(entry));
    }
    return {{"input", shape_json(network.input)}, {"layers", std::move(layers)}};
}

space::Network read_network(const Reader& reader) {
    reader.only_keys({"input", "layers"});
    space::Network network{read_shape(reader["input"]), {}};
    for (const Reader& node : reader["layers"].items()) {
        const std::string name = node["name"].string();
        const space::Op op = read_op(node);
        try {
            network.add(name, op, read_inputs(node, network.nodes.size()));
        } catch (const NetworkError& error) {
            node.fail(error.what());
        }
    }
    return network;
}

nlohmann::json to_json(const space::Preprocess& preprocess) {
    return {{"scale", static_cast<double>(preprocess.scale)}, {"mean", preprocess.mean}};
}

space::Preprocess read_preprocess(const Reader& reader) {
    reader.only_keys({"scale", "mean"});
    // A positive float: rounding the double to float must not reach 0 or infinity.
    const double scale = reader["scale"].number(std::numeric_limits<float>::min(),
                                                std::numeric_limits<float>::max());
    return {static_cast<float>(scale), static_cast<std::int32_t>(reader["mean"].integer(0, 255))};
}

nlohmann::json to_json(const space::CostReport& report) {
    json layers = json::array();
    for (const space::LayerCost& layer : report.layers) {
        layers.push_back({{"name", layer.name},
                          {"kind", layer.kind},
                          {"input", shape_json(layer.input)},
                          {"output", shape_json(layer.output)},
                          {"macc", layer.macc},
                          {"weight_bytes", layer.weight_bytes},
                          {"tensor_bytes", layer.tensor_bytes}});
    }
    json document = {{"runtime", report.runtime},
                     {"macc", report.macc},
                     {"ram_bytes", report.ram_bytes},
                     {"flash_bytes", report.flash_bytes},
                     {"weight_bytes", report.weight_bytes},
                     {"peak_tensor_bytes", report.peak_tensor_bytes},
                     {"layers", std::move(layers)},
                     {"ram_items", items_json(report.ram_items)},
                     {"flash_items", items_json(report.flash_items)}};
    const auto put = [&document](const char* key, const std::optional<std::int64_t>& value) {
        if (value) {
            document[key] = *value;
        }
    };
    put("instructions", report.instructions);
    put("latency_us", report.latency_us);
    put("energy_uj", report.energy_uj);
    return document;
}

}  // namespace nanonas::json
