#include "apps/pipeline/data_sets.hpp"

#include <atomic>

#include "apps/pipeline/images_of_run.hpp"
#include "apps/pipeline/sample.hpp"
#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"
#include "train/data/resized.hpp"
#include "train/data/split.hpp"

namespace nanonas::pipeline {

namespace {

train::LoadOptions load_options(const RunSpec& spec, const std::string& label, const Task& task) {
    train::LoadOptions options;
    options.input = spec.data.input;
    options.skip_bad = spec.data.skip_bad;
    options.cache_directory = spec.data.cache;
    options.threads = task.threads;
    options.progress = [label, &task](std::int64_t done, std::int64_t total) {
        const double share =
            total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1.0;
        task.at({"load", label, share, grouped(done) + " of " + grouped(total) + " images"});
    };
    return options;
}

train::TrainingSet load_training(const RunSpec& spec, const Task& task,
                                 const std::function<void(const space::Problem&)>& accept) {
    train::LoadOptions options = load_options(spec, "reading training images", task);
    if (accept) {
        options.accept = [&accept](const space::Shape& shape, std::int64_t classes) {
            accept({shape, classes});
        };
    }
    return train::load_training(spec.data.data, options, spec.data.val_split, spec.training.seed);
}

void report(const char* role, const train::LoadedSet& set, const Task& task) {
    task.ended("load");
    task.tell(std::string(role) + ": " + set.description +
              (set.skipped > 0 ? "; " + grouped(set.skipped) + " bad images skipped" : ""));
}

/// "2,053 images to train on, 881 to validate"
std::string split_text(const train::TrainingSet& set) {
    return grouped(static_cast<std::int64_t>(set.training.size())) + " images to train on, " +
           grouped(static_cast<std::int64_t>(set.validation.size())) + " to validate";
}

/// The same images, of which the winner learns from more.
void split_winner(const RunSpec& spec, DataSets& data) {
    data.winner.set = data.training.set;
    train::Split split = train::split_by_class(data.training.set.store->view(),
                                               data.training.set.labels, spec.data.final_split(),
                                               spec.training.seed, data.training.set.description);
    data.winner.training = std::move(split.training);
    data.winner.validation = std::move(split.validation);
}

}  // namespace

DataSets split_again(const DataSets& data, const RunSpec& spec) {
    DataSets again = data;
    const train::LoadedSet& set = data.training.set;
    train::Split split = train::split_by_class(set.store->view(), set.labels, spec.data.val_split,
                                               spec.training.seed, set.description);
    again.training.training = std::move(split.training);
    again.training.validation = std::move(split.validation);
    split_winner(spec, again);
    return again;
}

DataSets data_in_memory(const RunSpec& spec, train::LabelledImages training,
                        std::optional<train::LabelledImages> test) {
    train::LoadedSet images =
        train::training_set(std::move(training), spec.data.val_split, spec.training.seed).set;
    std::optional<train::LoadedSet> of_test;
    if (test) {
        of_test = train::test_set(std::move(*test)).set;
    }
    return data_in_memory(spec, std::move(images), std::move(of_test));
}

DataSets data_in_memory(const RunSpec& spec, train::LoadedSet training,
                        std::optional<train::LoadedSet> test) {
    DataSets data;
    const std::string name = training.description;
    data.training =
        train::training_set(std::move(training), spec.data.val_split, spec.training.seed, name);
    split_winner(spec, data);
    if (test) {
        data.test = train::TestSet{std::move(*test)};
        if (data.test->set.labels != data.training.set.labels ||
            !(data.test->set.store->view().shape == data.shape())) {
            throw DataError(data.test->set.description +
                            ": test images of another shape or other classes than the training "
                            "images");
        }
    }
    return spec.data.input ? at_size(data, *spec.data.input, spec, Task{}) : data;
}

train::LoadedSet load_calibration(const RunSpec& spec, const space::Shape& shape,
                                  const Task& task) {
    RunSpec own = spec;
    own.data.data = spec.data.calibration;
    own.data.input = shape;
    train::LoadedSet set = load_training(own, task, {}).set;
    report("calibration", set, task);
    return set;
}

train::TrainingSet load_training_images(const RunSpec& spec, const Task& task) {
    return load_training(spec, task, {});
}

DataSets load_data(const RunSpec& spec, const Task& task,
                   const std::function<void(const space::Problem&)>& accept) {
    DataSets data;
    data.training = load_training(spec, task, accept);
    report("data", data.training.set, task);
    split_winner(spec, data);
    task.tell("split: candidates " + split_text(data.training) + "; final training " +
              split_text(data.winner));
    train::LoadOptions options = load_options(spec, "reading test images", task);
    options.input = data.shape();
    data.test = train::load_test(spec.data.test, spec.data.data, options, data.training.set.labels);
    if (data.test) {
        report("test", data.test->set, task);
    } else {
        task.tell("test: none given (--test); validation figures are all there will be");
    }
    return data;
}

DataSets at_size(const DataSets& data, const space::Shape& shape, const RunSpec& spec,
                 const Task& task) {
    if (shape == data.shape()) {
        return data;
    }
    train::ResizeOptions options;
    options.threads = task.threads_now();
    options.cache_directory = spec.data.cache;
    DataSets resized = data;
    resized.training = train::at_size(data.training, shape, options);
    resized.winner.set = resized.training.set;
    if (data.test) {
        resized.test = train::at_size(*data.test, shape, options);
    }
    task.tell("images: resized from " + space::to_string(data.shape()) + " to " +
              space::to_string(shape) + ", which the network reads");
    return resized;
}

train::TestSet load_evaluation(const RunSpec& spec, const space::Shape& shape,
                               const std::vector<std::string>& labels, const Task& task) {
    train::LoadOptions options = load_options(spec, "reading test images", task);
    options.input = shape;
    auto test = train::load_test(spec.data.test, "", options, labels);
    if (!test) {
        throw DataError("--test: no test images");
    }
    report("test", test->set, task);
    return *test;
}

EvaluationImages evaluation_images(const train::LoadedSet& set, const space::Shape& shape,
                                   const std::vector<std::string>& labels, const Task& task) {
    if (!labels.empty() && set.labels != labels) {
        throw DataError(set.description + ": its classes are not the model's (" + listed(labels) +
                        ")");
    }
    EvaluationImages images;
    images.role = "test";
    train::ResizeOptions options;
    options.threads = task.threads;
    images.set = train::at_size(set, shape, options);
    images.rows = all_rows(images.set.store->view().count);
    return images;
}

EvaluationImages load_evaluation_images(const RunSpec& spec, const std::string& run,
                                        const space::Shape& shape,
                                        const std::vector<std::string>& labels, const Task& task) {
    EvaluationImages images;
    images.role = "test";
    if (!spec.data.of_run) {
        images.set = load_evaluation(spec, shape, labels, task).set;
        images.rows = all_rows(images.set.store->view().count);
        return images;
    }
    images.run = run;
    images_of_run("--test", run, [&] {
        train::LoadOptions options = load_options(spec, "reading the run's images", task);
        options.input = shape;
        if (auto test = train::load_test(spec.data.test, spec.data.data, options, labels)) {
            images.set = std::move(test->set);
            images.rows = all_rows(images.set.store->view().count);
            return;
        }
        train::TrainingSet kept = train::load_training(spec.data.data, options,
                                                       spec.data.final_split(), spec.training.seed);
        if (!labels.empty() && kept.set.labels != labels) {
            throw DataError(spec.data.data + ": its classes are not the model's");
        }
        images.set = std::move(kept.set);
        images.rows = std::move(kept.validation);
        images.role = "validation";
    });
    report(images.role.c_str(), images.set, task);
    return images;
}

}  // namespace nanonas::pipeline
