#include "apps/pipeline/verbs/predict.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/verbs/imported.hpp"
#include "export/int8/interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "export/tflite/reader/reader.hpp"
#include "space/parallel.hpp"
#include "train/data/resized.hpp"

namespace nanonas::pipeline {

namespace {

exporting::Int8Network int8_network(const std::string& file) {
    return is_import(file) ? read_import({}, file, {}).network
                           : read_stored_model(file).quantized(file);
}

/// A .tflite may end in the softmax itself.
bool ends_in_softmax(const exporting::Int8Network& network) {
    return !network.network.nodes.empty() &&
           std::holds_alternative<space::Softmax>(network.network.nodes.back().op);
}

void softmax(std::vector<float>& scores) {
    const float highest = *std::max_element(scores.begin(), scores.end());
    float sum = 0.0F;
    for (float& score : scores) {
        score = std::exp(score - highest);
        sum += score;
    }
    for (float& score : scores) {
        score /= sum;
    }
}

}  // namespace

Predictions predict(const std::string& model, std::shared_ptr<const train::ImageStore> images,
                    const Task& task) {
    const exporting::Int8Network network = int8_network(model_path(model));
    train::LoadedSet set;
    set.store = std::move(images);
    set.description = "images";
    train::ResizeOptions options;
    options.threads = task.threads;
    set = train::at_size(set, network.network.input, options);
    const space::ImageView view = set.store->view();
    const auto classes = static_cast<std::size_t>(network.network.classes());
    const bool has_softmax = ends_in_softmax(network);

    Predictions result;
    result.labels = network.labels;
    result.classes.resize(static_cast<std::size_t>(view.count));
    result.probabilities.resize(result.classes.size() * classes);
    std::vector<exporting::simd::Int8Interpreter> interpreters(
        static_cast<std::size_t>(std::max(task.threads, 1)),
        exporting::simd::Int8Interpreter(network));
    for_each_index(
        view.count, task.threads,
        [&](std::size_t worker, std::int64_t index) {
            const std::vector<std::int8_t>& output = interpreters[worker].run(view.image(index));
            const auto row = static_cast<std::size_t>(index);
            result.classes[row] = exporting::top_class(output);
            std::vector<float> scores = exporting::dequantized(output, network.output());
            if (!has_softmax) {
                softmax(scores);
            }
            std::copy(scores.begin(), scores.end(),
                      result.probabilities.begin() + static_cast<std::ptrdiff_t>(row * classes));
        },
        [&task](double fraction) {
            task.at({"predict", "images", fraction, "int8"});
        },
        task.stop);
    task.ended("predict");
    return result;
}

}  // namespace nanonas::pipeline
