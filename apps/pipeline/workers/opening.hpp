// What a worker makes of a search's `open`: its options, images and evaluator.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/asked.hpp"
#include "apps/pipeline/workers/protocol.hpp"
#include "nas/evaluator.hpp"
#include "space/search_space.hpp"
#include "space/task.hpp"
#include "train/data/dataset.hpp"
#include "train/engine/arithmetic.hpp"

namespace nanonas::pipeline {

/// What a search is about. Not thread-safe until it has begun; then evaluate() is for any thread.
class Opening {
  public:
    /// `cache`: the worker's own folder. Throws ConfigError for options that are none.
    Opening(message::Open open, const std::string& cache);

    const message::DataNote& note() const { return open_.data; }

    /// The images in the cache, or where the options say; nothing when they must be sent.
    std::optional<train::TrainingSet> own_images(const Task& task) const;
    train::TrainingSet split(train::LoadedSet set) const;

    /// Throws DataError when the images are not split as the search has them.
    void begin(train::TrainingSet data);

    const train::Arithmetic& arithmetic() const { return arithmetic_; }
    /// Once it has begun.
    const train::LoadedSet& images() const { return data_.set; }

    nas::Evaluation evaluate(const message::Evaluate& asked, const std::atomic<bool>& stop,
                             std::function<void(const nas::EvaluationProgress&)> progress) const;

  private:
    message::Open open_;
    Asked asked_;
    train::TrainingSet data_;
    std::unique_ptr<space::SearchSpace> space_;
    std::vector<space::Axis> axes_;
    std::unique_ptr<nas::Evaluator> evaluator_;
    train::Arithmetic arithmetic_;
};

}  // namespace nanonas::pipeline
