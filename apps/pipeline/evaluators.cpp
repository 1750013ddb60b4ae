#include "apps/pipeline/evaluators.hpp"

#include "space/errors.hpp"
#include "space/preprocess.hpp"
#include "train/evaluator.hpp"

namespace nanonas::pipeline {

std::vector<std::string> candidate_options() {
    return {"data",          "input",     "skip-bad",     "val-split",
            "space",         "engine",    "seed",         "search-steps",
            "search-epochs", "search-lr", "search-batch", "search-schedule"};
}

train::TrainOptions search_training(const RunSpec& spec) {
    train::TrainOptions training;
    training.epochs = spec.search.epochs.value_or(1);
    training.steps = spec.search.epochs ? 0 : spec.search.steps.value_or(kSearchSteps);
    training.batch_size = spec.search.batch;
    training.learning_rate = spec.search.learning_rate;
    training.schedule = spec.search.schedule;
    return training;
}

train::Arithmetic search_arithmetic(const RunSpec& spec, const space::SearchSpace& space) {
    space::Candidate smallest;
    for (const space::Axis& axis : space.axes()) {
        smallest.at.push_back(axis.low);
    }
    const auto engine = train::make_engine(spec.training.engine);
    try {
        const space::Network network = space.build(smallest);
        return train::arithmetic_of(*engine, &network);
    } catch (const NetworkError&) {
        return train::arithmetic_of(*engine);  // nothing will be trained
    }
}

std::unique_ptr<nas::Evaluator> make_training_evaluator(const RunSpec& spec,
                                                        const train::TrainingSet& data,
                                                        const train::Arithmetic& arithmetic) {
    train::EvaluatorOptions options;
    options.training = search_training(spec);
    options.training.arithmetic = arithmetic;
    options.repeats = repeats_of(spec.search);
    options.resize.cache_directory = spec.data.cache;
    return std::make_unique<train::TrainingEvaluator>(train::make_engine(spec.training.engine),
                                                      data, space::Preprocess{}, options);
}

}  // namespace nanonas::pipeline
