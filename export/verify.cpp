#include "export/verify.hpp"

#include <algorithm>
#include <cmath>

#include "export/float_interpreter.hpp"
#include "export/float_network.hpp"
#include "export/interpreter.hpp"
#include "export/quantize/power.hpp"
#include "export/quantize/ranges.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kErrorImages = 256;

/// Both interpreters of one thread.
struct Pair {
    Pair(const FloatNetwork& folded, const QuantizedNetwork& quantized)
        : exact(folded), rounded(quantized) {}
    FloatInterpreter exact;
    Int8Interpreter rounded;
};

/// What one image says; kept per image so that sums do not depend on the threads.
struct Verdict {
    std::int64_t float_class = 0;
    std::int64_t int8_class = 0;
    std::vector<Power> layers;
};

/// Parameters of every layer's output: pools keep those of their input.
std::vector<QuantParams> output_params(const QuantizedNetwork& network) {
    std::vector<QuantParams> all;
    QuantParams params = network.input;
    for (const QuantizedLayer& layer : network.layers) {
        params = output_params(layer, params);
        all.push_back(params);
    }
    return all;
}

void check_same_network(const FloatNetwork& folded, const QuantizedNetwork& quantized) {
    const std::vector<space::Node>& nodes = folded.network.nodes;
    bool same = nodes.size() == quantized.layers.size() &&
                folded.network.input == quantized.source.input;
    for (std::size_t i = 0; same && i < nodes.size(); ++i) {
        std::visit(
            [&](const auto& layer) {
                same = layer.name == nodes[i].name && layer.output == nodes[i].output;
            },
            quantized.layers[i]);
    }
    if (!same) {
        throw ExportError("the int8 network was not made from this float network");
    }
}

void check_images(const FloatNetwork& folded, const space::ImageView& images) {
    check_image_shape(folded.network.input, images);
    if (images.count < 1) {
        throw DataError("no images to compare float and int8 on");
    }
    check_labels(images, folded.network.classes());
}

std::vector<LayerError> layer_errors(const FloatNetwork& folded,
                                     const std::vector<Verdict>& verdicts) {
    std::vector<LayerError> errors;
    for (std::size_t i = 0; i < folded.network.nodes.size(); ++i) {
        const space::Node& node = folded.network.nodes[i];
        Power sum;
        double elements = 0.0;
        for (const Verdict& verdict : verdicts) {
            if (!verdict.layers.empty()) {
                sum += verdict.layers[i];
                elements += static_cast<double>(node.output.elements());
            }
        }
        errors.push_back(
            {node.name, std::sqrt(sum.error / elements), sqnr_db(sum)});
    }
    return errors;
}

}  // namespace

Comparison compare(const space::TrainedNetwork& trained, const QuantizedNetwork& quantized,
                   const space::ImageView& images, int threads,
                   const std::function<void(double)>& progress, const std::atomic<bool>* stop) {
    const FloatNetwork folded = float_network(trained);
    check_same_network(folded, quantized);
    check_images(folded, images);
    const std::vector<QuantParams> params = output_params(quantized);

    std::vector<Verdict> verdicts(static_cast<std::size_t>(images.count));
    std::vector<Pair> pairs(static_cast<std::size_t>(std::max(threads, 1)),
                            Pair(folded, quantized));
    for_each_index(
        images.count, threads,
        [&](std::size_t worker, std::int64_t index) {
            Pair& pair = pairs[worker];
            Verdict& verdict = verdicts[static_cast<std::size_t>(index)];
            verdict.float_class = top_class(pair.exact.run(images.image(index)));
            verdict.int8_class = top_class(pair.rounded.run(images.image(index)));
            for (std::size_t i = 0; index < kErrorImages && i < params.size(); ++i) {
                verdict.layers.push_back(
                    power(pair.exact.activation(i), pair.rounded.activation(i), params[i]));
            }
        },
        progress, stop);

    const auto classes = static_cast<std::size_t>(folded.network.classes());
    Comparison result;
    result.images = images.count;
    result.confusion.assign(classes, std::vector<std::int64_t>(classes, 0));
    std::int64_t float_right = 0;
    std::int64_t int8_right = 0;
    std::int64_t same = 0;
    for (std::int64_t i = 0; i < images.count; ++i) {
        const Verdict& verdict = verdicts[static_cast<std::size_t>(i)];
        const std::int64_t label = images.labels[i];
        float_right += verdict.float_class == label ? 1 : 0;
        int8_right += verdict.int8_class == label ? 1 : 0;
        same += verdict.float_class == verdict.int8_class ? 1 : 0;
        ++result.confusion[static_cast<std::size_t>(label)]
                          [static_cast<std::size_t>(verdict.int8_class)];
    }
    const double count = static_cast<double>(images.count);
    result.float_accuracy = static_cast<double>(float_right) / count;
    result.int8_accuracy = static_cast<double>(int8_right) / count;
    result.agreement = static_cast<double>(same) / count;
    result.layers = layer_errors(folded, verdicts);
    return result;
}

}  // namespace nanonas::exporting
