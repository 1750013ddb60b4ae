#include "space/json/network_json.hpp"

#include <limits>

#include "space/errors.hpp"

namespace nanonas::json {

namespace {

using nlohmann::json;

// Bounds of what a file may ask for: products of three stay far inside 64 bits.
constexpr std::int64_t kLargestSide = 65'536;
constexpr std::int64_t kLargestKernel = 255;

json shape_json(const space::Shape& shape) {
    return {shape.height, shape.width, shape.channels};
}

space::Shape read_shape(const Reader& reader) {
    const std::vector<Reader> sides = reader.items();
    if (sides.size() != 3) {
        reader.fail("expected [height, width, channels]");
    }
    return {sides[0].integer(1, kLargestSide), sides[1].integer(1, kLargestSide),
            sides[2].integer(1, kLargestSide)};
}

/// The options of one kind, beside "name" and "kind".
json options(const space::LayerKind& kind) {
    return std::visit(space::Overloaded{
                          [](const space::Conv2d& conv) {
                              return json{{"out_channels", conv.out_channels},
                                          {"kernel", conv.kernel},
                                          {"bias", conv.bias}};
                          },
                          [](const space::BatchNorm& norm) {
                              return json{{"epsilon", norm.epsilon}, {"momentum", norm.momentum}};
                          },
                          [](const space::Relu&) { return json::object(); },
                          [](const space::MaxPool2d& pool) {
                              return json{{"size", pool.size}};
                          },
                          [](const space::GlobalAveragePool&) { return json::object(); },
                          [](const space::Dropout& dropout) {
                              return json{{"rate", dropout.rate}};
                          },
                          [](const space::Dense& dense) {
                              return json{{"out_features", dense.out_features}};
                          },
                          [](const space::Softmax&) { return json::object(); },
                      },
                      kind);
}

void only_options(const Reader& layer, std::vector<std::string> names) {
    names.insert(names.begin(), {"name", "kind"});
    layer.only_keys(names);
}

struct KindReader {
    const char* name;
    space::LayerKind (*read)(const Reader& layer);
};

// One row per kind of space::LayerKind.
const KindReader kKinds[] = {
    {"Conv2d",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {"out_channels", "kernel", "bias"});
         return space::Conv2d{layer["out_channels"].integer(1, kLargestSide),
                              layer["kernel"].integer(1, kLargestKernel), layer["bias"].boolean()};
     }},
    {"BatchNorm",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {"epsilon", "momentum"});
         return space::BatchNorm{layer["epsilon"].number(0.0, 1.0),
                                 layer["momentum"].number(0.0, 1.0)};
     }},
    {"Relu",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {});
         return space::Relu{};
     }},
    {"MaxPool2d",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {"size"});
         return space::MaxPool2d{layer["size"].integer(1, kLargestKernel)};
     }},
    {"GlobalAveragePool",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {});
         return space::GlobalAveragePool{};
     }},
    {"Dropout",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {"rate"});
         return space::Dropout{layer["rate"].number(0.0, 1.0)};
     }},
    {"Dense",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {"out_features"});
         return space::Dense{layer["out_features"].integer(1, kLargestSide)};
     }},
    {"Softmax",
     [](const Reader& layer) -> space::LayerKind {
         only_options(layer, {});
         return space::Softmax{};
     }},
};
static_assert(std::size(kKinds) == std::variant_size_v<space::LayerKind>);

space::LayerKind read_kind(const Reader& layer) {
    const std::string name = layer["kind"].string();
    std::string known;
    for (const KindReader& kind : kKinds) {
        if (name == kind.name) {
            return kind.read(layer);
        }
        known += (known.empty() ? "" : ", ") + std::string(kind.name);
    }
    layer["kind"].fail("unknown kind '" + name + "'; expected one of " + known);
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
    for (const space::Layer& layer : network.layers) {
        json entry = options(layer.kind);
        entry["name"] = layer.name;
        entry["kind"] = space::kind_name(layer.kind);
        layers.push_back(std::move(entry));
    }
    return {{"input", shape_json(network.input)}, {"layers", std::move(layers)}};
}

space::Network read_network(const Reader& reader) {
    reader.only_keys({"input", "layers"});
    space::Network network{read_shape(reader["input"]), {}};
    for (const Reader& layer : reader["layers"].items()) {
        const std::string name = layer["name"].string();
        const space::LayerKind kind = read_kind(layer);
        try {
            network.add(name, kind);
        } catch (const NetworkError& error) {
            layer.fail(error.what());
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
