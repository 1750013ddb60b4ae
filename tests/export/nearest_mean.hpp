// A classifier that works without training: random convolutions, then a dense layer that compares
// their features with each class's mean.
#pragma once

#include "export/float_interpreter.hpp"
#include "tests/export/support.hpp"

namespace nanonas::test {

/// Fills a random network of the (k,c) space from labelled images.
inline space::TrainedNetwork nearest_mean(const space::Candidate& candidate,
                                          const space::ImageView& images, std::int64_t classes,
                                          Rng& rng) {
    const auto count_of_classes = static_cast<std::size_t>(classes);
    const space::CellSpace cells{images.shape, classes, 0.5};
    space::TrainedNetwork trained = random_trained(cells.build(candidate), rng);
    trained.preprocess = {1.0F / 64.0F, 128};
    const exporting::FloatNetwork folded = exporting::float_network(trained);
    const std::size_t features_at = folded.network.nodes.size() - 2;
    exporting::FloatInterpreter interpreter(folded);
    const auto features =
        static_cast<std::size_t>(folded.network.nodes[features_at].output.channels);
    std::vector<std::vector<double>> sums(count_of_classes, std::vector<double>(features, 0.0));
    std::vector<double> counts(count_of_classes, 0.0);
    for (std::int64_t i = 0; i < images.count; ++i) {
        interpreter.run(images.image(i));
        const auto label = static_cast<std::size_t>(images.labels[i]);
        counts[label] += 1.0;
        for (std::size_t f = 0; f < features; ++f) {
            sums[label][f] += static_cast<double>(interpreter.activation(features_at)[f]);
        }
    }
    // |x - m|^2 smallest where m x - |m|^2 / 2 is largest; the mean of all classes changes nothing
    // but the size of the logits.
    std::vector<double> centre(features, 0.0);
    for (std::size_t c = 0; c < count_of_classes; ++c) {
        for (std::size_t f = 0; f < features; ++f) {
            sums[c][f] /= counts[c];
            centre[f] += sums[c][f] / static_cast<double>(classes);
        }
    }
    auto& weights = trained.weights.at("classifier.weight").values;
    auto& bias = trained.weights.at("classifier.bias").values;
    for (std::size_t c = 0; c < count_of_classes; ++c) {
        double offset = 0.0;
        for (std::size_t f = 0; f < features; ++f) {
            const double from_centre = sums[c][f] - centre[f];
            weights[c * features + f] = static_cast<float>(from_centre);
            offset -= from_centre * (sums[c][f] + centre[f]) / 2.0;
        }
        bias[c] = static_cast<float>(offset);
    }
    return trained;
}

}  // namespace nanonas::test
