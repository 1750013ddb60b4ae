#include "train/stages/fine_tune.hpp"

#include <algorithm>
#include <cstdio>

#include "space/text.hpp"

namespace nanonas::train {

namespace {

constexpr double kShareOfRate = 0.1;
constexpr std::int64_t kMostEpochs = 1'000'000;

space::TrainedNetwork fine_tune(space::TrainedNetwork trained, const StageInputs& inputs,
                                std::int64_t epochs, const Task& task) {
    TrainOptions options = inputs.training;
    options.epochs = epochs;
    options.steps = 0;
    options.learning_rate *= kShareOfRate;
    options.schedule = Schedule::kCosine;
    options.warmup = 0;
    options.keep = Keep::kBest;
    options.initial = &trained.weights;
    TrainHooks hooks;
    hooks.stop = task.stop;
    hooks.before_checkpoint = inputs.before_checkpoint;
    hooks.progress = [&task](const TrainProgress& at) {
        char detail[64];
        std::snprintf(detail, sizeof detail, "epoch %lld/%lld, loss %.3f",
                      static_cast<long long>(std::min(at.epoch + 1, at.epochs)),
                      static_cast<long long>(at.epochs), at.loss);
        task.at(
            {"stage", "fine-tuning",
             (static_cast<double>(at.epoch) + at.epoch_fraction) / static_cast<double>(at.epochs),
             detail, true});
    };
    TrainResult result =
        train(inputs.engine, trained.network, trained.preprocess, inputs.data, options, hooks);
    task.ended("stage");
    if (!result.curve.empty() && result.best_accuracy > inputs.accuracy) {
        trained.weights = std::move(result.best_weights);
    }
    return trained;
}

}  // namespace

Stage make_fine_tune(const std::string& epochs) {
    const std::int64_t count = parse_integer(epochs, "stage fine-tune", 1, kMostEpochs);
    return [count](space::TrainedNetwork trained, const StageInputs& inputs, const Task& task) {
        return fine_tune(std::move(trained), inputs, count, task);
    };
}

}  // namespace nanonas::train
