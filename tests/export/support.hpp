// Random networks, random images, and what a network means: the unfolded layers in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "space/images.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"
#include "space/trained_network.hpp"
#include "tests/support/temporary_folder.hpp"

namespace nanonas::test {

inline float draw(Rng& rng, double low, double high) {
    return static_cast<float>(rng.uniform(low, high));
}

/// Every parameter of the network, of sizes that training produces.
inline space::TrainedNetwork random_trained(const space::Network& network, Rng& rng) {
    space::TrainedNetwork trained;
    trained.network = network;
    for (const space::ParameterSpec& spec : space::parameters(network)) {
        space::Tensor tensor{spec.shape, {}};
        std::int64_t count = 1;
        for (const std::int64_t side : spec.shape) {
            count *= side;
        }
        const bool variance = spec.name.find("running_var") != std::string::npos;
        const bool factor =
            spec.shape.size() == 1 && spec.name.find(".weight") != std::string::npos;
        const double fan = spec.shape.size() > 1
                               ? static_cast<double>(count) / static_cast<double>(spec.shape[0])
                               : 4.0;
        const double reach = std::sqrt(3.0 / fan);
        for (std::int64_t i = 0; i < count; ++i) {
            tensor.values.push_back(variance || factor ? draw(rng, 0.3, 2.0)
                                                       : draw(rng, -reach, reach));
        }
        trained.weights.emplace(spec.name, std::move(tensor));
    }
    trained.preprocess = {1.0F / 128.0F, static_cast<std::int32_t>(rng.below(256))};
    for (std::int64_t i = 0; i < network.classes(); ++i) {
        trained.labels.push_back("class " + std::to_string(i));
    }
    trained.provenance = {{"seed", "1"}};
    return trained;
}

inline space::Network random_cells(Rng& rng) {
    space::CellSpace cells;
    cells.input = {1 + static_cast<std::int64_t>(rng.below(17)),
                   1 + static_cast<std::int64_t>(rng.below(17)), rng.below(2) == 0 ? 1 : 3};
    cells.classes = 2 + static_cast<std::int64_t>(rng.below(9));
    const auto depth = static_cast<std::uint64_t>(cells.deepest());
    return cells.build({1 + static_cast<std::int64_t>(rng.below(10)),
                        static_cast<std::int64_t>(rng.below(depth + 1))});
}

/// Owns what an ImageView shows.
struct Images {
    space::Shape shape;
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;

    space::ImageView view() const {
        return {shape, static_cast<std::int64_t>(labels.size()), pixels.data(), labels.data()};
    }
    std::vector<std::int64_t> rows() const {
        std::vector<std::int64_t> all(labels.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = static_cast<std::int64_t>(i);
        }
        return all;
    }
};

inline Images random_images(const space::Shape& shape, std::int64_t count, std::int64_t classes,
                            Rng& rng) {
    Images images{shape, {}, {}};
    for (std::int64_t i = 0; i < count * shape.elements(); ++i) {
        images.pixels.push_back(static_cast<std::uint8_t>(rng.below(256)));
    }
    for (std::int64_t i = 0; i < count; ++i) {
        images.labels.push_back(
            static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(classes))));
    }
    return images;
}

/// Logits of the network as space/network.hpp defines its layers, no folding, in double.
inline std::vector<double> reference_logits(const space::TrainedNetwork& trained,
                                            const std::uint8_t* pixels) {
    using Map = std::vector<double>;
    const auto u = [](std::int64_t i) { return static_cast<std::size_t>(i); };
    Map map(u(trained.network.input.elements()));
    for (std::size_t i = 0; i < map.size(); ++i) {
        map[i] = static_cast<double>(trained.preprocess.apply(pixels[i]));
    }
    std::vector<Map> maps = {map};
    for (const space::Node& layer : trained.network.nodes) {
        map = maps[layer.inputs.front()];
        const Map& other = maps[layer.inputs.back()];
        const space::Shape& in = layer.input;
        const space::Shape& out = layer.output;
        const auto value = [&](std::int64_t y, std::int64_t x, std::int64_t c) {
            const bool inside = y >= 0 && y < in.height && x >= 0 && x < in.width;
            return inside ? map[u((y * in.width + x) * in.channels + c)] : 0.0;
        };
        /// The value under a tap of the window of output (y, x).
        const auto under = [&](const space::Window& window, std::int64_t y, std::int64_t x,
                               std::int64_t tap, std::int64_t c) {
            return value(y * window.stride_height - window.top(in) + tap / window.width,
                         x * window.stride_width - window.left(in) + tap % window.width, c);
        };
        const auto weight = [&](const char* suffix, std::int64_t i) {
            return static_cast<double>(trained.weights.at(layer.name + suffix).values[u(i)]);
        };
        Map next(u(out.elements()));
        for (std::int64_t y = 0; y < out.height; ++y) {
            for (std::int64_t x = 0; x < out.width; ++x) {
                for (std::int64_t c = 0; c < out.channels; ++c) {
                    double& result = next[u((y * out.width + x) * out.channels + c)];
                    std::visit(
                        space::Overloaded{
                            [&](const space::Conv2d& conv) {
                                const std::int64_t area = conv.window().area();
                                result = conv.bias ? weight(".bias", c) : 0.0;
                                for (std::int64_t i = 0; i < in.channels; ++i) {
                                    for (std::int64_t tap = 0; tap < area; ++tap) {
                                        result +=
                                            weight(".weight", (c * in.channels + i) * area + tap) *
                                            under(conv.window(), y, x, tap, i);
                                    }
                                }
                            },
                            [&](const space::DepthwiseConv2d& conv) {
                                const std::int64_t area = conv.window().area();
                                result = conv.bias ? weight(".bias", c) : 0.0;
                                for (std::int64_t tap = 0; tap < area; ++tap) {
                                    result += weight(".weight", c * area + tap) *
                                              under(conv.window(), y, x, tap, c / conv.multiplier);
                                }
                            },
                            [&](const space::BatchNorm& norm) {
                                result = (value(y, x, c) - weight(".running_mean", c)) /
                                             std::sqrt(weight(".running_var", c) + norm.epsilon) *
                                             weight(".weight", c) +
                                         weight(".bias", c);
                            },
                            [&](const space::Relu&) { result = std::max(value(y, x, c), 0.0); },
                            [&](const space::MaxPool2d& pool) {
                                result = -INFINITY;
                                const space::Window window = pool.window();
                                for (std::int64_t tap = 0; tap < window.area(); ++tap) {
                                    const std::int64_t row = y * window.stride_height -
                                                             window.top(in) + tap / window.width;
                                    const std::int64_t column = x * window.stride_width -
                                                                window.left(in) +
                                                                tap % window.width;
                                    if (row >= 0 && row < in.height && column >= 0 &&
                                        column < in.width) {
                                        result = std::max(result, value(row, column, c));
                                    }
                                }
                            },
                            [&](const space::GlobalAveragePool&) {
                                for (std::int64_t i = 0; i < in.height * in.width; ++i) {
                                    result += value(i / in.width, i % in.width, c);
                                }
                                result /= static_cast<double>(in.height * in.width);
                            },
                            [&](const space::Dropout&) { result = value(y, x, c); },
                            [&](const space::Dense&) {
                                result = weight(".bias", c);
                                for (std::int64_t i = 0; i < in.channels; ++i) {
                                    result +=
                                        weight(".weight", c * in.channels + i) * value(0, 0, i);
                                }
                            },
                            // Logits, not probabilities.
                            [&](const space::Softmax&) { result = value(y, x, c); },
                            [&](const space::ChannelMul&) {
                                result = value(y, x, c) * weight(".weight", c);
                            },
                            [&](const space::ChannelAdd&) {
                                result = value(y, x, c) + weight(".bias", c);
                            },
                            [&](const space::Requantize&) { result = value(y, x, c); },
                            [&](const space::Add&) {
                                const auto at = u((y * out.width + x) * out.channels + c);
                                result = map[at] + other[at];
                            },
                            [&](const space::Pad& pad) {
                                result = value(y - pad.top, x - pad.left, c);
                            },
                            [&](const space::AveragePool2d& pool) {
                                const space::Window window = pool.window();
                                double count = 0.0;
                                for (std::int64_t tap = 0; tap < window.area(); ++tap) {
                                    const std::int64_t row = y * window.stride_height -
                                                             window.top(in) + tap / window.width;
                                    const std::int64_t column = x * window.stride_width -
                                                                window.left(in) +
                                                                tap % window.width;
                                    const bool inside = row >= 0 && row < in.height &&
                                                        column >= 0 && column < in.width;
                                    result += value(row, column, c);
                                    count += inside ? 1.0 : 0.0;
                                }
                                result /= count;
                            },
                            [&](const space::Reshape&) {
                                result = map[u((y * out.width + x) * out.channels + c)];
                            },
                        },
                        layer.op);
                }
            }
        }
        maps.push_back(std::move(next));
    }
    return maps.back();
}

using ScratchFolder = testing::TemporaryFolder;

/// The convolutions and dense layers; valid as long as the network.
inline std::vector<exporting::Int8Layer> linear_layers(const exporting::Int8Network& network) {
    std::vector<exporting::Int8Layer> layers;
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        if (exporting::is_linear(network.network.nodes[i].op)) {
            layers.push_back(layer_of(network, i));
        }
    }
    return layers;
}

}  // namespace nanonas::test
