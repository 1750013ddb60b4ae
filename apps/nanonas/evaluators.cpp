#include "apps/nanonas/evaluators.hpp"

#include "space/preprocess.hpp"
#include "train/evaluator.hpp"

namespace nanonas::app {

std::unique_ptr<nas::Evaluator> make_training_evaluator(const Config& config,
                                                        const train::TrainingSet& data) {
    train::EvaluatorOptions options;
    options.training.epochs = config.search.epochs;
    options.training.batch_size = config.search.batch;
    options.training.learning_rate = config.search.learning_rate;
    options.repeats = config.search.repeats;
    return std::make_unique<train::TrainingEvaluator>(train::make_engine(config.training.engine),
                                                      data, space::Preprocess{}, options);
}

}  // namespace nanonas::app
