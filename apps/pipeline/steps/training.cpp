#include "apps/pipeline/steps/training.hpp"

#include <algorithm>
#include <cstdio>

#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/steps/augmentation.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/version.hpp"
#include "space/text.hpp"
#include "train/trainer.hpp"

namespace nanonas::pipeline {

namespace {

Progress progress_of(const train::TrainProgress& at, const std::string& label, train::Keep keep) {
    char loss[48];
    std::snprintf(loss, sizeof loss, "/%lld, loss %.3f", static_cast<long long>(at.epochs),
                  at.loss);
    const double done = static_cast<double>(at.epoch) + at.epoch_fraction;
    std::string detail = "epoch " + std::to_string(std::min(at.epoch + 1, at.epochs)) + loss;
    if (at.best_accuracy) {
        detail +=
            (keep == train::Keep::kBest ? ", best " : ", now ") + percent_text(*at.best_accuracy);
    }
    return {"train", label, done / static_cast<double>(at.epochs), detail, true};
}

void tell_result(const train::TrainResult& result, std::int64_t epochs, train::Keep keep,
                 const Task& task) {
    if (result.diverged) {
        task.tell("training: the loss stopped being finite in epoch " +
                  std::to_string(result.curve.size() + 1) +
                  "; the weights kept before it stand (a smaller --lr may help)");
    }
    task.tell("trained: validation accuracy " + percent_text(result.best_accuracy) +
              (keep == train::Keep::kBest ? ", the best, in epoch " : " in epoch ") +
              std::to_string(result.best_epoch + 1) + " of " + std::to_string(epochs) + ", " +
              duration_text(result.seconds));
}

void set_dropout(space::Network& network, double rate) {
    for (space::Node& node : network.nodes) {
        if (auto* dropout = std::get_if<space::Dropout>(&node.op)) {
            dropout->rate = rate;
        }
    }
}

std::map<std::string, std::string> provenance(const RunSpec& spec,
                                              const space::Candidate& candidate,
                                              const std::vector<space::Axis>& axes,
                                              const std::string& data) {
    std::map<std::string, std::string> values = {{"program", "nanonas " + version()},
                                                 {"seed", std::to_string(spec.training.seed)},
                                                 {"data", shipped_description(data)}};
    for (std::size_t i = 0; i < axes.size(); ++i) {
        values.emplace(axes[i].name, space::value_text(axes[i], candidate.at[i]));
    }
    return values;
}

}  // namespace

train::TrainOptions final_training(const RunSpec& spec, std::int64_t images, int threads) {
    train::TrainOptions options;
    options.epochs = final_epochs(spec.training, images);
    options.batch_size = final_batch(spec.training, images);
    options.learning_rate = spec.training.learning_rate;
    options.schedule = spec.training.schedule;
    // A rate that falls to zero ends in its best weights; one that does not leaves them behind.
    options.keep =
        options.schedule == train::Schedule::kCosine ? train::Keep::kLast : train::Keep::kBest;
    options.warmup = spec.training.warmup;
    options.average = spec.training.average;
    options.weight_decay = spec.training.weight_decay;
    options.label_smoothing = spec.training.label_smoothing;
    options.threads = threads;
    return options;
}

space::TrainedNetwork train_candidate(const RunSpec& spec, const space::SearchSpace& space,
                                      const space::Candidate& candidate, const DataSets& data,
                                      const RunDirectory& run,
                                      const std::vector<std::string>& others,
                                      const EpochHook& epoch, const Task& task, RunReport& report) {
    const std::vector<space::Axis> axes = space.axes();
    const auto engine = train::make_engine(spec.training.engine);
    const std::string label = "training " + space::to_string(candidate, axes);
    const auto images = static_cast<std::int64_t>(data.winner.training.size());
    train::TrainOptions options = final_training(spec, images, task.threads_now());
    task.tell(label + ": " + grouped(options.epochs) + " epochs on " + grouped(images) +
              " images, engine " + engine->name());

    space::TrainedNetwork trained;
    trained.network = space.build(candidate);
    if (spec.training.dropout) {
        set_dropout(trained.network, *spec.training.dropout);
    }
    TrainingReport training;
    options.share = task.share;
    options.seed = space::candidate_seed(spec.training.seed, "final", candidate);
    options.checkpoint = run.file(kCheckpoint);
    for (const std::string& other : others) {
        options.others.push_back(other + "/" + kCheckpoint);
    }
    options.arithmetic = train::arithmetic_of(*engine, &trained.network);
    options.augment = chosen_augment(spec, *engine, trained.network, data.training, task, training);
    train::TrainHooks hooks;
    hooks.before_checkpoint = [&run] { run.require_in_place(); };
    hooks.stop = task.stop;
    hooks.epoch = epoch;
    hooks.progress = [&](const train::TrainProgress& at) {
        if (at.epoch_fraction < 1.0 || at.validated) {  // else it moves on with the accuracy
            task.at(progress_of(at, label, options.keep));
        }
    };
    const train::TrainResult result =
        train::train(*engine, trained.network, trained.preprocess, data.winner, options, hooks);
    task.ended("train");
    tell_result(result, options.epochs, options.keep, task);

    trained.weights = result.best_weights;
    trained.labels = data.training.set.labels;
    trained.provenance = provenance(spec, candidate, axes, data.training.set.description);
    training.engine = engine->name();
    training.epochs = options.epochs;
    training.batch = options.batch_size;
    training.best_epoch = result.best_epoch + 1;
    training.validation_accuracy = result.best_accuracy;
    training.diverged = result.diverged;
    report.training = training;
    report.seconds["training"] = result.seconds;
    return trained;
}

}  // namespace nanonas::pipeline
