#include "train/evaluator.hpp"

#include <utility>

#include "space/errors.hpp"
#include "space/random.hpp"

namespace nanonas::train {

TrainingEvaluator::TrainingEvaluator(std::shared_ptr<const Engine> engine, const TrainingSet& data,
                                     const space::Preprocess& preprocess,
                                     const EvaluatorOptions& options)
    : engine_(std::move(engine)), data_(data), preprocess_(preprocess), options_(options) {
    if (options_.repeats < 1) {
        throw ConfigError("training: repeats must be at least 1");
    }
    options_.training.threads = 1;
    options_.training.checkpoint.clear();
}

nas::Evaluation TrainingEvaluator::evaluate(const space::Candidate& candidate,
                                            const space::Network* network,
                                            const nas::EvaluationContext& context) {
    if (network == nullptr) {
        throw NetworkError("candidate " + space::to_string(candidate) +
                           ": training needs a network, and so an input shape");
    }
    nas::Evaluation evaluation;
    double sum = 0.0;
    for (std::int64_t repeat = 0; repeat < options_.repeats; ++repeat) {
        TrainOptions training = options_.training;
        training.seed = derive_seed(context.seed, "repeat", repeat);
        TrainHooks hooks;
        hooks.stop = context.stop;
        if (context.progress) {
            hooks.progress = [&](const TrainProgress& at) {
                context.progress({candidate, repeat, options_.repeats, at.epoch, at.epochs,
                                  at.epoch_fraction, at.best_accuracy});
            };
        }
        const TrainResult result = train(*engine_, *network, preprocess_, data_, training, hooks);
        sum += result.best_accuracy;
        evaluation.seconds += result.seconds;
        evaluation.curve.insert(evaluation.curve.end(), result.curve.begin(), result.curve.end());
    }
    evaluation.score = sum / static_cast<double>(options_.repeats);
    return evaluation;
}

}  // namespace nanonas::train
