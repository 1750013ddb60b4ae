// TrainingEvaluator: a candidate's score is how well it validates after a few epochs.
#pragma once

#include <memory>

#include "nas/evaluator.hpp"
#include "space/preprocess.hpp"
#include "train/data/resized.hpp"
#include "train/engine/engine.hpp"
#include "train/trainer.hpp"

namespace nanonas::train {

/// How much training a first look is.
struct EvaluatorOptions {
    /// So many steps or epochs for an effort of 1, and as many times more for larger ones. Three
    /// epochs, batch 16, Adam 0.001 as published. `seed`, `threads` and `checkpoint` are not read:
    /// the search gives the seed, each evaluation takes one thread and leaves no file. `arithmetic`
    /// is for key() alone, which is empty without it.
    TrainOptions training;
    std::int64_t repeats = 1;  ///< trainings with seeds of their own; the score is their mean
    ResizeOptions resize;      ///< for candidates of another size than the images
};

/// Score: best validation accuracy over the epochs. A training that diverges counts with the best
/// accuracy it had. A network that reads another height or width than the images have is trained on
/// them resized (ResizedSets); one that reads another number of channels is infeasible.
/// Thread-safe.
class TrainingEvaluator final : public nas::Evaluator {
  public:
    /// `data` must outlive the evaluator. Throws ConfigError when repeats < 1.
    TrainingEvaluator(std::shared_ptr<const Engine> engine, const TrainingSet& data,
                      const space::Preprocess& preprocess, const EvaluatorOptions& options);

    std::int64_t repeats() const override { return options_.repeats; }
    bool efforts() const override { return true; }
    /// See describe_run().
    std::string key(const space::Candidate& candidate, const space::Network* network,
                    const nas::EvaluationContext& context) const override;
    nas::Evaluation evaluate(const space::Candidate& candidate, const space::Network* network,
                             const nas::EvaluationContext& context) override;

  private:
    TrainOptions training_of(const nas::EvaluationContext& context) const;

    std::shared_ptr<const Engine> engine_;
    const TrainingSet& data_;
    mutable ResizedSets sizes_;  ///< makes what is asked for
    space::Preprocess preprocess_;
    EvaluatorOptions options_;
};

}  // namespace nanonas::train
