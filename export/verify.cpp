#include "export/verify.hpp"

#include <algorithm>
#include <cmath>

#include "export/float_interpreter.hpp"
#include "export/float_network.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/power.hpp"
#include "export/int8/ranges.hpp"
#include "export/simd/float_interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kErrorImages = 256;

/// Both interpreters of one thread.
struct Pair {
    Pair(const FloatNetwork& folded, const Int8Network& quantized)
        : exact(folded), rounded(quantized) {}
    simd::FloatInterpreter exact;
    simd::Int8Interpreter rounded;
};

/// What one image says; kept per image so that sums do not depend on the threads.
struct Verdict {
    std::int64_t float_class = 0;
    std::int64_t int8_class = 0;
    std::vector<Power> layers;
};

void check_same_network(const FloatNetwork& folded, const Int8Network& quantized) {
    if (!(folded.network == quantized.network)) {
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
        errors.push_back({node.name, std::sqrt(sum.error / elements), sqnr_db(sum)});
    }
    return errors;
}

}  // namespace

Comparison compare(const space::TrainedNetwork& trained, const Int8Network& quantized,
                   const space::ImageView& images, int threads,
                   const std::function<void(double)>& progress, const std::atomic<bool>* stop) {
    return compare(float_network(trained), quantized, images, threads, progress, stop);
}

Comparison compare(const FloatNetwork& folded, const Int8Network& quantized,
                   const space::ImageView& images, int threads,
                   const std::function<void(double)>& progress, const std::atomic<bool>* stop) {
    check_same_network(folded, quantized);
    check_images(folded, images);

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
            for (std::size_t i = 0; index < kErrorImages && i < quantized.constants.size(); ++i) {
                verdict.layers.push_back(power(pair.exact.activation(i), pair.rounded.activation(i),
                                               quantized.values[i + 1]));
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
