#include "export/int8/evaluation.hpp"

#include <algorithm>

#include "export/int8/interpreter.hpp"
#include "export/int8/ranges.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::exporting {

Int8Evaluation evaluate(const Int8Network& network, const space::ImageView& images, int threads,
                        const std::function<void(double)>& progress,
                        const std::atomic<bool>* stop) {
    check_image_shape(network.network.input, images);
    if (images.count < 1) {
        throw DataError("no images to evaluate on");
    }
    const std::int64_t classes = network.network.classes();
    check_labels(images, classes);
    std::vector<std::int64_t> predicted(static_cast<std::size_t>(images.count));
    std::vector<simd::Int8Interpreter> interpreters(static_cast<std::size_t>(std::max(threads, 1)),
                                                    simd::Int8Interpreter(network));
    for_each_index(
        images.count, threads,
        [&](std::size_t worker, std::int64_t index) {
            predicted[static_cast<std::size_t>(index)] =
                top_class(interpreters[worker].run(images.image(index)));
        },
        progress, stop);

    Int8Evaluation result;
    result.images = images.count;
    result.confusion.assign(static_cast<std::size_t>(classes),
                            std::vector<std::int64_t>(static_cast<std::size_t>(classes), 0));
    std::int64_t right = 0;
    for (std::int64_t i = 0; i < images.count; ++i) {
        const std::int64_t guess = predicted[static_cast<std::size_t>(i)];
        right += guess == images.labels[i] ? 1 : 0;
        ++result.confusion[static_cast<std::size_t>(images.labels[i])]
                          [static_cast<std::size_t>(guess)];
    }
    result.accuracy = static_cast<double>(right) / static_cast<double>(images.count);
    return result;
}

}  // namespace nanonas::exporting
