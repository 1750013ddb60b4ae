#include "apps/nanonas/evaluators.hpp"

#include "space/preprocess.hpp"
#include "train/evaluator.hpp"

namespace nanonas::app {

train::TrainOptions search_training(const Config& config) {
    train::TrainOptions training;
    training.epochs = config.search.epochs.value_or(1);
    training.steps = config.search.epochs ? 0 : config.search.steps.value_or(kSearchSteps);
    training.batch_size = config.search.batch;
    training.learning_rate = config.search.learning_rate;
    training.schedule = config.search.schedule;
    return training;
}

std::unique_ptr<nas::Evaluator> make_training_evaluator(const Config& config,
                                                        const train::TrainingSet& data) {
    train::EvaluatorOptions options;
    options.training = search_training(config);
    options.repeats = config.search.repeats;
    return std::make_unique<train::TrainingEvaluator>(train::make_engine(config.training.engine),
                                                      data, space::Preprocess{}, options);
}

}  // namespace nanonas::app
