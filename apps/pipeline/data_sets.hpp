// The images of a run.
#pragma once

#include <functional>
#include <optional>

#include "apps/pipeline/run_spec.hpp"
#include "space/task.hpp"
#include "train/data/dataset.hpp"
#include "train/data/memory_set.hpp"

namespace nanonas::pipeline {

/// The images of a run: split twice, and those for the end.
struct DataSets {
    train::TrainingSet training;  ///< split as candidates are scored
    train::TrainingSet winner;    ///< the same images, split for the final training
    std::optional<train::TestSet> test;

    space::Shape shape() const { return training.set.store->view().shape; }
    space::Problem problem() const { return {shape(), classes()}; }
    std::int64_t classes() const { return static_cast<std::int64_t>(training.set.labels.size()); }
};

/// Throws DataError and the like from the loaders. `accept` may refuse the training set's shape and
/// number of classes before its images are decoded.
DataSets load_data(const RunSpec& spec, const Task& task,
                   const std::function<void(const space::Problem&)>& accept = {});

/// Those alone that candidates are trained on. Throws as load_data().
train::TrainingSet load_training_images(const RunSpec& spec, const Task& task);

/// Images of --calibration-data at the shape of an imported network, to find int8 ranges on.
train::LoadedSet load_calibration(const RunSpec& spec, const space::Shape& shape, const Task& task);

/// The same images, split as load_data() splits them for this spec.
DataSets split_again(const DataSets& data, const RunSpec& spec);

/// Images that are in memory already, split as those that are read, at the height and width of
/// spec.data.input where that is given. Throws as train::training_set() does, and DataError for
/// another number of channels than that input's and for test images of another shape or other
/// classes.
DataSets data_in_memory(const RunSpec& spec, train::LabelledImages training,
                        std::optional<train::LabelledImages> test = std::nullopt);
DataSets data_in_memory(const RunSpec& spec, train::LoadedSet training,
                        std::optional<train::LoadedSet> test = std::nullopt);

/// The same images, splits and labels at the height and width of `shape`: what a network reads
/// whose input is another. Throws DataError for another number of channels.
DataSets at_size(const DataSets& data, const space::Shape& shape, const RunSpec& spec,
                 const Task& task);

/// A labelled set to evaluate on, of a known shape and known labels.
train::TestSet load_evaluation(const RunSpec& spec, const space::Shape& shape,
                               const std::vector<std::string>& labels, const Task& task);

/// Images to judge a model on.
struct EvaluationImages {
    train::LoadedSet set;
    std::vector<std::int64_t> rows;  ///< of the set
    std::string role;                ///< "test" or "validation"
    std::string run;                 ///< whose they are; empty: the caller's
};

/// All of `set`, at the height and width of `shape`, as test images. Throws DataError for another
/// number of channels or other labels, unless those are not known (empty).
EvaluationImages evaluation_images(const train::LoadedSet& set, const space::Shape& shape,
                                   const std::vector<std::string>& labels, const Task& task);

/// Those of --test, else those of `run`, which made the model: its test images or, where it had
/// none, the share of its images it kept for validation. Throws ConfigError when the run's cannot
/// be read.
EvaluationImages load_evaluation_images(const RunSpec& spec, const std::string& run,
                                        const space::Shape& shape,
                                        const std::vector<std::string>& labels, const Task& task);

}  // namespace nanonas::pipeline
