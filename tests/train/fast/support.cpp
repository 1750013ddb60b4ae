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
