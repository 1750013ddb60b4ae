// Images to train on, networks to train, and the distance of what two engines learn.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "space/network.hpp"
#include "space/random.hpp"
#include "space/trained_network.hpp"
#include "train/engine/engine.hpp"
#include "train/engine/fast/kernels/reference.hpp"

namespace nanonas::test {

/// Random images; class 1 is brighter on its left half, so that there is something to learn.
struct TrainingImages {
    space::Shape shape;
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;
    std::vector<std::int64_t> order;

    TrainingImages(const space::Shape& input, std::int64_t count, std::int64_t classes, Rng& rng);

    space::ImageView view() const;
    train::Batch batch(std::int64_t first, std::int64_t size) const;
};

/// Of the cell space, with at most `most_k` kernels in the first layer.
space::Network random_network(Rng& rng, const space::Shape& input, std::int64_t classes,
                              std::uint64_t most_k, double dropout);

/// A chain of convolutions and depthwise convolutions with windows and strides of all kinds, with
/// and without biases, ReLU and pooling between them.
space::Network random_chain(Rng& rng, const space::Shape& input, std::int64_t classes);

/// Blocks, sums, ReLU, pads and pools in any order: each reads one of the last values or an early
/// one, so that some are read several times; what nothing reads is joined in at the end.
space::Network random_graph(Rng& rng, const space::Shape& input, std::int64_t classes);

double largest_of(const space::Tensor& tensor);

/// Largest distance, relative to b's largest value or to `least` where that is larger.
double difference(const space::Tensor& a, const space::Tensor& b, double least = 1e-12);

/// The batch as the plain loops take it; not augmented.
train::lanes::reference::Images plain_images(const train::Batch& batch,
                                             const space::Preprocess& preprocess);
std::vector<std::int32_t> labels_of(const train::Batch& batch);
/// Empty for a network without dropout.
std::vector<float> mask_of(const space::Network& network, const train::Batch& batch);

/// What a gradient must reach to be known in single precision: a thousandth of the largest one.
double least_gradient(const std::map<std::string, train::lanes::reference::Values>& gradients);

}  // namespace nanonas::test
