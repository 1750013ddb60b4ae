#include "train/evaluator.hpp"

#include <utility>

#include "space/errors.hpp"
#include "space/random.hpp"
#include "train/checkpoint.hpp"

namespace nanonas::train {

TrainingEvaluator::TrainingEvaluator(std::shared_ptr<const Engine> engine, const TrainingSet& data,
                                     const space::Preprocess& preprocess,
                                     const EvaluatorOptions& options)
    : engine_(std::move(engine)),
      data_(data),
      sizes_(data, options.resize),
      preprocess_(preprocess),
      options_(options) {
    if (options_.repeats < 1) {
        throw ConfigError("training: repeats must be at least 1");
    }
    options_.training.threads = 1;
    options_.training.checkpoint.clear();
}

TrainOptions TrainingEvaluator::training_of(const nas::EvaluationContext& context) const {
    TrainOptions training = options_.training;
    training.steps *= context.effort;
    training.epochs *= context.effort;
    training.seed = derive_seed(context.seed, "repeat", context.repeat);
    return training;
}

std::string TrainingEvaluator::key(const space::Candidate&, const space::Network* network,
                                   const nas::EvaluationContext& context) const {
    const bool trains =
        network != nullptr && network->input.channels == data_.set.store->view().shape.channels;
    if (!trains || options_.training.arithmetic.probe.empty()) {
        return "";
    }
    return describe_run(engine_->name(), *network, preprocess_, *sizes_.at(network->input),
                        training_of(context));
}

nas::Evaluation TrainingEvaluator::evaluate(const space::Candidate& candidate,
                                            const space::Network* network,
                                            const nas::EvaluationContext& context) {
    if (network == nullptr) {
        throw NetworkError("candidate " + space::to_string(candidate) +
                           ": training needs a network, and so an input shape");
    }
    const space::Shape images = data_.set.store->view().shape;
    if (network->input.channels != images.channels) {
        nas::Evaluation evaluation;
        evaluation.infeasible = "takes " + space::to_string(network->input) +
                                " images, those to train on are " + space::to_string(images);
        return evaluation;
    }
    const std::shared_ptr<const TrainingSet> data = sizes_.at(network->input);
    const TrainOptions training = training_of(context);
    TrainHooks hooks;
    hooks.stop = context.stop;
    if (context.progress) {
        hooks.progress = [&](const TrainProgress& at) {
            context.progress({{candidate, context.effort},
                              context.repeat,
                              options_.repeats,
                              at.epoch,
                              at.epochs,
                              at.epoch_fraction,
                              at.best_accuracy});
        };
    }
    TrainResult result = train(*engine_, *network, preprocess_, *data, training, hooks);
    nas::Evaluation evaluation;
    evaluation.score = result.best_accuracy;
    evaluation.curve = std::move(result.curve);
    evaluation.seconds = result.seconds;
    return evaluation;
}

}  // namespace nanonas::train
