#include "tests/train/fast/support.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "space/spaces/cells.hpp"

namespace nanonas::test {

using namespace train;

TrainingImages::TrainingImages(const space::Shape& input, std::int64_t count, std::int64_t classes,
                               Rng& rng)
    : shape(input), order(static_cast<std::size_t>(count)) {
    for (std::int64_t i = 0; i < count; ++i) {
        labels.push_back(static_cast<std::int32_t>(i % classes));
        for (std::int64_t p = 0; p < shape.elements(); ++p) {
            const bool left = p / shape.channels % shape.width < shape.width / 2;
            const std::uint64_t light = left ? static_cast<std::uint64_t>(i % classes) * 25 : 0;
            pixels.push_back(static_cast<std::uint8_t>(rng.below(200) + light));
        }
    }
    std::iota(order.begin(), order.end(), 0);
    rng.shuffle(order);
}

space::ImageView TrainingImages::view() const {
    return {shape, static_cast<std::int64_t>(labels.size()), pixels.data(), labels.data()};
}

Batch TrainingImages::batch(std::int64_t first, std::int64_t size) const {
    Batch batch;
    batch.images = view();
    batch.indices = order.data() + first;
    batch.size = size;
    batch.dropout_seed = static_cast<std::uint64_t>(first + 1);
    return batch;
}

space::Network random_network(Rng& rng, const space::Shape& input, std::int64_t classes,
                              std::uint64_t most_k, double dropout) {
    const space::CellSpace cells{input, classes, dropout};
    const auto k = static_cast<std::int64_t>(1 + rng.below(most_k));
    const auto c =
        static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(cells.deepest()) + 1));
    return cells.build({k, c});
}

space::Network random_chain(Rng& rng, const space::Shape& input, std::int64_t classes) {
    space::Network network{input, {}};
    const auto drawn = [&](std::int64_t low, std::int64_t high) {
        return low +
               static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
    };
    const std::int64_t count = drawn(1, 5);
    space::Shape map = input;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::string name = "b" + std::to_string(i);
        space::Window window;
        const bool valid = rng.below(4) == 0;
        window.padding = valid ? space::Padding::kValid : space::Padding::kSame;
        window.height = drawn(1, valid ? std::min<std::int64_t>(3, map.height) : 5);
        window.width = rng.below(2) == 0 && window.height <= map.width
                           ? window.height
                           : drawn(1, valid ? std::min<std::int64_t>(3, map.width) : 5);
        window.stride_height = drawn(1, std::min<std::int64_t>(2, map.height));
        window.stride_width = rng.below(3) == 0 ? 1 : std::min(window.stride_height, map.width);
        const bool bias = rng.below(4) == 0;
        if (rng.below(2) == 0) {
            network.add(name, space::Conv2d::of(drawn(1, 9), window, bias));
        } else {
            network.add(name, space::DepthwiseConv2d::of(drawn(1, 2), window, bias));
        }
        network.add(name + ".bn", space::BatchNorm{});
        if (rng.below(3) != 0) {
            network.add(name + ".relu", space::Relu{});
        }
        map = network.output();
        if (i + 1 < count && map.height > 3 && map.width > 3 && rng.below(3) == 0) {
            network.add(name + ".pool", space::MaxPool2d{});
            map = network.output();
        }
    }
    network.add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{classes})
        .add("softmax", space::Softmax{});
    return network;
}

namespace {

using space::Value;

/// Draws a graph operator by operator.
class Graph {
  public:
    Graph(Rng& rng, const space::Shape& input) : network{input, {}}, rng_(rng) {}

    std::int64_t drawn(std::int64_t low, std::int64_t high) {
        return low +
               static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(high - low + 1)));
    }

    /// Convolution or depthwise convolution, batch norm, sometimes ReLU and 2x2 maximum. `channels`
    /// 0: any number.
    Value block(Value from, const space::Window& window, std::int64_t channels) {
        const space::Shape in = network.shape(from);
        const bool depthwise = drawn(0, 2) == 0 && channels % in.channels == 0;
        const bool bias = drawn(0, 4) == 0;
        Value at =
            depthwise ? add(space::DepthwiseConv2d::of(
                                channels == 0 ? drawn(1, 2) : channels / in.channels, window, bias),
                            {from})
                      : add(space::Conv2d::of(channels == 0 ? drawn(1, 9) : channels, window, bias),
                            {from});
        at = add(space::BatchNorm{}, {at});
        if (drawn(0, 1) == 0) {
            at = add(space::Relu{}, {at});
        }
        const space::Shape out = network.shape(at);
        if (channels == 0 && out.height > 3 && out.width > 3 && drawn(0, 5) == 0) {
            at = add(space::MaxPool2d{}, {at});
        }
        return at;
    }

    space::Window window(const space::Shape& map) {
        const bool valid = drawn(0, 3) == 0;
        space::Window window;
        window.padding = valid ? space::Padding::kValid : space::Padding::kSame;
        window.height = drawn(1, valid ? std::min<std::int64_t>(3, map.height) : 4);
        window.width = drawn(1, valid ? std::min<std::int64_t>(3, map.width) : 4);
        window.stride_height = drawn(1, std::min<std::int64_t>(2, map.height));
        window.stride_width = std::min(window.stride_height, map.width);
        return window;
    }

    /// A 1x1 block where the value has another number of channels.
    Value widened(Value from, std::int64_t channels) {
        return network.shape(from).channels == channels ? from : block(from, {}, channels);
    }

    Value sum(Value a, Value b) {
        const Value sum = add(space::Add{}, {a, b});
        return drawn(0, 2) == 0 ? add(space::Relu{}, {sum}) : sum;
    }

    Value add(const space::Op& op, std::vector<Value> inputs) {
        return network.add(space::op_name(op) + std::to_string(network.nodes.size()), op,
                           std::move(inputs));
    }

    /// The values that are read by nothing, the input left out.
    std::vector<Value> loose() const {
        std::vector<Value> loose;
        for (Value value = 1; value <= network.nodes.size(); ++value) {
            const bool read = std::any_of(
                network.nodes.begin(), network.nodes.end(), [&](const space::Node& node) {
                    return std::count(node.inputs.begin(), node.inputs.end(), value) != 0;
                });
            if (!read) {
                loose.push_back(value);
            }
        }
        return loose;
    }

    space::Network network;

  private:
    Rng& rng_;
};

}  // namespace

space::Network random_graph(Rng& rng, const space::Shape& input, std::int64_t classes) {
    Graph graph(rng, input);
    const space::Window same{3, 3, 1, 1, space::Padding::kSame};
    std::vector<Value> values{0};  // between steps
    const std::int64_t count = graph.drawn(3, 9);
    for (std::int64_t i = 0; i < count; ++i) {
        // Of the last ones mostly.
        const auto back = std::min<std::int64_t>(graph.drawn(0, 3) == 0 ? graph.drawn(1, 3) : 1,
                                                 static_cast<std::int64_t>(values.size()));
        const Value from = values[values.size() - static_cast<std::size_t>(back)];
        const space::Shape map = graph.network.shape(from);
        const space::Window window = graph.window(map);
        switch (graph.drawn(0, 9)) {
            case 0:
                values.push_back(graph.add(space::AveragePool2d::of(window), {from}));
                break;
            case 1:
                values.push_back(graph.add(space::MaxPool2d::of(window), {from}));
                break;
            case 2:
                values.push_back(graph.add(space::Pad{graph.drawn(0, 2), graph.drawn(0, 1),
                                                      graph.drawn(0, 1), graph.drawn(0, 2)},
                                           {from}));
                break;
            case 3:
                values.push_back(graph.add(space::Relu{}, {from}));
                break;
            case 4:
            case 5:
            case 6: {  // one or two blocks with a way around them
                const std::int64_t inner = map.channels * (graph.drawn(0, 1) == 0 ? 1 : 2);
                const space::Window inside = graph.drawn(0, 1) == 0 ? space::Window{} : same;
                Value branch = graph.block(from, inside, inner);
                branch = graph.widened(branch, map.channels);
                const Value around =
                    graph.drawn(0, 3) == 0 ? graph.block(from, {}, map.channels) : from;
                values.push_back(graph.drawn(0, 1) == 0 ? graph.sum(around, branch)
                                                        : graph.sum(branch, around));
                break;
            }
            case 7:
                values.push_back(graph.sum(from, from));
                break;
            default:
                values.push_back(graph.block(from, window, 0));
        }
    }
    values.push_back(graph.block(values.back(), same, 0));
    // Ends that nothing reads are pooled to a pixel and summed.
    std::vector<Value> loose = graph.loose();
    Value last = loose.back();
    if (loose.size() > 1) {
        Value sum = 0;
        for (const Value value : loose) {
            const space::Shape map = graph.network.shape(value);
            const space::Window whole{map.height, map.width, 1, 1, space::Padding::kValid};
            const Value pixel =
                graph.widened(graph.add(space::AveragePool2d::of(whole), {value}), 5);
            sum = sum == 0 ? pixel : graph.sum(sum, pixel);
        }
        last = sum;
    }
    graph.network.add("average", space::GlobalAveragePool{}, {last});
    graph.network.add("classifier", space::Dense{classes}).add("softmax", space::Softmax{});
    return graph.network;
}

double largest_of(const space::Tensor& tensor) {
    double largest = 0.0;
    for (const float value : tensor.values) {
        largest = std::max(largest, std::abs(static_cast<double>(value)));
    }
    return largest;
}

double difference(const space::Tensor& a, const space::Tensor& b, double least) {
    REQUIRE(a.shape == b.shape);
    const double largest = std::max(least, largest_of(b));
    double error = 0.0;
    for (std::size_t i = 0; i < b.values.size(); ++i) {
        const double distance = std::abs(static_cast<double>(a.values[i] - b.values[i]));
        error = distance <= error ? error : distance;  // NaN counts as an error
    }
    return error / largest;
}

lanes::reference::Images plain_images(const Batch& batch, const space::Preprocess& preprocess) {
    const space::Shape& shape = batch.images.shape;
    lanes::reference::Images images(batch.size, shape.channels, shape.height, shape.width);
    for (std::int64_t n = 0; n < batch.size; ++n) {
        const std::uint8_t* pixels = batch.images.image(batch.indices[n]);
        for (std::int64_t p = 0; p < shape.elements(); ++p) {
            const std::int64_t at = p / shape.channels;
            images.at(n, p % shape.channels, at / shape.width, at % shape.width) =
                static_cast<double>(preprocess.apply(pixels[p]));
        }
    }
    return images;
}

std::vector<std::int32_t> labels_of(const Batch& batch) {
    std::vector<std::int32_t> labels;
    for (std::int64_t n = 0; n < batch.size; ++n) {
        labels.push_back(batch.images.labels[batch.indices[n]]);
    }
    return labels;
}

std::vector<float> mask_of(const space::Network& network, const Batch& batch) {
    for (std::size_t layer = 0; layer < network.nodes.size(); ++layer) {
        if (const auto* dropout = std::get_if<space::Dropout>(&network.nodes[layer].op)) {
            return dropout_mask(batch.dropout_seed, layer, dropout->rate, batch.size,
                                network.nodes[layer].input.channels);
        }
    }
    return {};
}

double least_gradient(const std::map<std::string, lanes::reference::Values>& gradients) {
    double least = 0.0;
    for (const auto& [name, values] : gradients) {
        for (const double value : values) {
            least = std::max(least, 1e-3 * std::abs(value));
        }
    }
    return least;
}

}  // namespace nanonas::test
