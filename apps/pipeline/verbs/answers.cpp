#include "apps/pipeline/verbs/answers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/pipeline/steps/linked.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/verbs/c_export.hpp"
#include "apps/pipeline/verbs/imported.hpp"
#include "export/device/run.hpp"
#include "export/device/toolchain.hpp"
#include "export/float_network.hpp"
#include "export/int8/interpreter.hpp"
#include "export/simd/float_interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::pipeline {

namespace {

/// A file of another program may end in the softmax itself.
bool ends_in_softmax(const space::Network& network) {
    return !network.nodes.empty() &&
           std::holds_alternative<space::Softmax>(network.nodes.back().op);
}

void softmax(float* scores, std::size_t count) {
    const float highest = *std::max_element(scores, scores + count);
    float sum = 0.0F;
    for (std::size_t i = 0; i < count; ++i) {
        scores[i] = std::exp(scores[i] - highest);
        sum += scores[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
        scores[i] /= sum;
    }
}

/// `write(worker, image, to)` for every image, side by side; then the softmax where the network
/// has none.
template <typename Write>
std::vector<float> each_image(const space::Network& network, const space::ImageView& images,
                              const char* form, const Task& task, Write write) {
    const auto classes = static_cast<std::size_t>(network.classes());
    const bool scores = !ends_in_softmax(network);
    std::vector<float> all(static_cast<std::size_t>(images.count) * classes);
    for_each_index(
        images.count, task.threads,
        [&](std::size_t worker, std::int64_t index) {
            float* const row = all.data() + static_cast<std::size_t>(index) * classes;
            write(worker, index, row);
            if (scores) {
                softmax(row, classes);
            }
        },
        [&](double fraction) {
            task.at({"predict", "images", fraction, form});
        },
        task.stop);
    task.ended("predict");
    return all;
}

class Int8Answers : public Answers {
  public:
    explicit Int8Answers(exporting::Int8Network network)
        : Answers(network.network.input, network.labels, network.network.classes()),
          network_(std::move(network)) {}

    std::vector<float> probabilities(const space::ImageView& images,
                                     const Task& task) const override {
        std::vector<exporting::simd::Int8Interpreter> interpreters(
            static_cast<std::size_t>(std::max(task.threads, 1)),
            exporting::simd::Int8Interpreter(network_));
        return each_image(network_.network, images, "int8", task,
                          [&](std::size_t worker, std::int64_t index, float* to) {
                              const std::vector<float> scores = exporting::dequantized(
                                  interpreters[worker].run(images.image(index)), network_.output());
                              std::copy(scores.begin(), scores.end(), to);
                          });
    }

  private:
    exporting::Int8Network network_;
};

class FloatAnswers : public Answers {
  public:
    FloatAnswers(exporting::FloatNetwork network, std::vector<std::string> labels)
        : Answers(network.network.input, std::move(labels), network.network.classes()),
          network_(std::move(network)) {}

    std::vector<float> probabilities(const space::ImageView& images,
                                     const Task& task) const override {
        std::vector<exporting::simd::FloatInterpreter> interpreters(
            static_cast<std::size_t>(std::max(task.threads, 1)),
            exporting::simd::FloatInterpreter(network_));
        return each_image(network_.network, images, "float", task,
                          [&](std::size_t worker, std::int64_t index, float* to) {
                              const std::vector<float>& scores =
                                  interpreters[worker].run(images.image(index));
                              std::copy(scores.begin(), scores.end(), to);
                          });
    }

  private:
    exporting::FloatNetwork network_;
};

class CAnswers : public Answers {
  public:
    CAnswers(const Config& config, const std::string& file, const Task& task)
        : CAnswers(model_to_write(config, file, task)) {}

    std::vector<float> probabilities(const space::ImageView& images,
                                     const Task& task) const override {
        device::Limits limits = device_limits(task);
        const device::Host host = device::find_host(limits);
        if (!host.missing.empty()) {
            throw ConfigError("--form: c: " + host.missing);
        }
        limits.scratch = host.folder;
        const std::int64_t classes = model_.network.network.classes();
        const device::DeviceRun ran =
            device::run_here({source_.source(), device::Entry::kFrame, classes, images},
                             host.compiler.program, limits);
        return each_image(model_.network.network, images, "c", task,
                          [&](std::size_t, std::int64_t index, float* to) {
                              const auto first = ran.scores.begin() + index * classes;
                              const std::vector<float> scores = exporting::dequantized(
                                  {first, first + classes}, model_.network.output());
                              std::copy(scores.begin(), scores.end(), to);
                          });
    }

  private:
    explicit CAnswers(WrittenModel model)
        : Answers(model.network.network.input, model.labels, model.network.network.classes()),
          model_(std::move(model)),
          source_(model_, 1) {}

    WrittenModel model_;
    CExport source_;
};

}  // namespace

Answers::Answers(space::Shape input, std::vector<std::string> labels, std::int64_t classes)
    : input_(input), labels_(std::move(labels)) {
    for (auto name = static_cast<std::int64_t>(labels_.size()); name < classes; ++name) {
        labels_.push_back(std::to_string(name));
    }
}

std::vector<std::string> form_names() {
    return {"int8", "float", "c"};
}

std::unique_ptr<Answers> answers_of(const Config& config, const std::string& file,
                                    const std::string& form, const Task& task) {
    if (form == "c") {
        return std::make_unique<CAnswers>(config, file, task);
    }
    if (is_import(file)) {
        exporting::ImportedModel model = read_import(config, file, task);
        if (form == "int8") {
            return std::make_unique<Int8Answers>(std::move(model.network));
        }
        if (!model.real) {
            throw ConfigError("--form: " + file + " holds integers only, expected int8 or c");
        }
        return std::make_unique<FloatAnswers>(std::move(*model.real),
                                              std::move(model.network.labels));
    }
    const StoredModel stored = read_stored_model(file);
    if (form == "int8") {
        return std::make_unique<Int8Answers>(stored.quantized(file));
    }
    return std::make_unique<FloatAnswers>(exporting::float_network(stored.trained),
                                          stored.trained.labels);
}

}  // namespace nanonas::pipeline
