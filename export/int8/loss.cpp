#include "export/int8/loss.hpp"

#include <algorithm>

#include "export/float_interpreter.hpp"
#include "export/float_network.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/ranges.hpp"
#include "export/simd/float_interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::exporting {

namespace {

/// What the images of one thread showed of one layer.
struct Seen {
    std::int64_t agreed = 0;
    std::int8_t low = 127, high = -128;
};

struct Worker {
    Worker(const FloatNetwork& folded, const Int8Network& quantized)
        : exact(folded), rounded(quantized), layers(quantized.constants.size()) {}
    simd::FloatInterpreter exact;
    simd::Int8Interpreter rounded;
    std::vector<Seen> layers;
};

}  // namespace

std::vector<LayerLoss> layer_losses(const space::TrainedNetwork& trained,
                                    const Int8Network& quantized, const space::ImageView& images,
                                    int threads) {
    const FloatNetwork folded = float_network(trained);
    check_image_shape(folded.network.input, images);
    if (images.count < 1) {
        throw DataError("no images to compare float and int8 on");
    }
    if (!(folded.network == quantized.network)) {
        throw ExportError("the int8 network was not made from this float network");
    }
    std::vector<Worker> workers(static_cast<std::size_t>(std::max(threads, 1)),
                                Worker(folded, quantized));
    for_each_index(images.count, threads, [&](std::size_t index, std::int64_t image) {
        Worker& worker = workers[index];
        worker.rounded.run(images.image(image));
        const std::int64_t label = top_class(worker.exact.run(images.image(image)));
        for (std::size_t i = 0; i < worker.layers.size(); ++i) {
            const std::vector<std::int8_t>& map = worker.rounded.activation(i);
            Seen& seen = worker.layers[i];
            const auto [low, high] = std::minmax_element(map.begin(), map.end());
            seen.low = std::min(seen.low, *low);
            seen.high = std::max(seen.high, *high);
            const std::vector<float> values = dequantized(map, quantized.values[i + 1]);
            seen.agreed += top_class(worker.exact.run_from(i + 1, values)) == label ? 1 : 0;
        }
    });

    std::vector<LayerLoss> losses;
    for (std::size_t i = 0; i < folded.network.nodes.size(); ++i) {
        Seen all;
        for (const Worker& worker : workers) {
            all.agreed += worker.layers[i].agreed;
            all.low = std::min(all.low, worker.layers[i].low);
            all.high = std::max(all.high, worker.layers[i].high);
        }
        losses.push_back({folded.network.nodes[i].name,
                          static_cast<double>(all.agreed) / static_cast<double>(images.count),
                          all.high - all.low + 1});
    }
    return losses;
}

std::size_t worst_layer(const std::vector<LayerLoss>& losses) {
    std::size_t worst = 0;
    double most = 0.0;
    double before = 1.0;
    for (std::size_t i = 0; i < losses.size(); ++i) {
        if (before - losses[i].agreement > most) {
            most = before - losses[i].agreement;
            worst = i;
        }
        before = losses[i].agreement;
    }
    return worst;
}

}  // namespace nanonas::exporting
