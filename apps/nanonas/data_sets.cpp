#include "apps/nanonas/data_sets.hpp"

#include <atomic>

#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/sample.hpp"
#include "space/errors.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"
#include "train/data/split.hpp"

namespace nanonas::app {

namespace {

train::LoadOptions load_options(const Config& config, const std::string& label, Display& display) {
    train::LoadOptions options;
    options.input = config.data.input;
    options.skip_bad = config.data.skip_bad;
    options.cache_directory = config.data.cache;
    options.threads = worker_count(config.output);
    options.progress = [label, &display](std::int64_t done, std::int64_t total) {
        const double share =
            total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1.0;
        display.bar("load", {label, share, grouped(done) + " of " + grouped(total) + " images"});
    };
    return options;
}

void report(const char* role, const train::LoadedSet& set, Display& display) {
    display.remove("load");
    display.line(std::string(role) + ": " + set.description +
                 (set.skipped > 0 ? "; " + grouped(set.skipped) + " bad images skipped" : ""));
}

/// "2,053 images to train on, 881 to validate"
std::string split_text(const train::TrainingSet& set) {
    return grouped(static_cast<std::int64_t>(set.training.size())) + " images to train on, " +
           grouped(static_cast<std::int64_t>(set.validation.size())) + " to validate";
}

nlohmann::json set_json(const train::LoadedSet& set) {
    char fingerprint[24];
    std::snprintf(fingerprint, sizeof fingerprint, "%016llx",
                  static_cast<unsigned long long>(set.fingerprint));
    return {{"description", set.description},
            {"fingerprint", fingerprint},
            {"skipped", set.skipped},
            {"labels", set.labels}};
}

}  // namespace

DataSets load_data(const Config& config, Display& display,
                   const std::function<void(const space::Problem&)>& accept) {
    DataSets data;
    train::LoadOptions options = load_options(config, "reading training images", display);
    if (accept) {
        options.accept = [&accept](const space::Shape& shape, std::int64_t classes) {
            accept({shape, classes});
        };
    }
    data.training = train::load_training(config.data.data, options, config.data.val_split,
                                         config.training.seed);
    report("data", data.training.set, display);
    data.winner.set = data.training.set;
    train::Split split = train::split_by_class(data.training.set.store->view(),
                                               data.training.set.labels, config.data.final_split(),
                                               config.training.seed, data.training.set.description);
    data.winner.training = std::move(split.training);
    data.winner.validation = std::move(split.validation);
    display.line("split: candidates " + split_text(data.training) + "; final training " +
                 split_text(data.winner));
    options = load_options(config, "reading test images", display);
    options.input = data.shape();
    data.test =
        train::load_test(config.data.test, config.data.data, options, data.training.set.labels);
    if (data.test) {
        report("test", data.test->set, display);
    } else {
        display.line("test: none given (--test); validation figures are all there will be");
    }
    return data;
}

train::TestSet load_evaluation(const Config& config, const space::Shape& shape,
                               const std::vector<std::string>& labels, Display& display) {
    train::LoadOptions options = load_options(config, "reading test images", display);
    options.input = shape;
    auto test = train::load_test(config.data.test, "", options, labels);
    if (!test) {
        throw DataError("--test: no test images");
    }
    report("test", test->set, display);
    return *test;
}

std::string EvaluationImages::origin() const {
    return run.empty() ? ""
                       : "  " + role + " images of the run " + one_line(run) + ": " +
                             one_line(set.description) + "\n\n";
}

EvaluationImages load_evaluation_images(const Config& config, const space::Shape& shape,
                                        const std::vector<std::string>& labels, Display& display) {
    EvaluationImages images;
    images.role = "test";
    if (!config.data.of_run) {
        images.set = load_evaluation(config, shape, labels, display).set;
        images.rows = all_rows(images.set.store->view().count);
        return images;
    }
    images.run = config.output.run;
    try {
        train::LoadOptions options = load_options(config, "reading the run's images", display);
        options.input = shape;
        if (auto test = train::load_test(config.data.test, config.data.data, options, labels)) {
            images.set = std::move(test->set);
            images.rows = all_rows(images.set.store->view().count);
        } else {
            train::TrainingSet kept = train::load_training(
                config.data.data, options, config.data.final_split(), config.training.seed);
            if (!labels.empty() && kept.set.labels != labels) {
                throw DataError(config.data.data + ": its classes are not the model's");
            }
            images.set = std::move(kept.set);
            images.rows = std::move(kept.validation);
            images.role = "validation";
        }
    } catch (const Error& error) {
        throw ConfigError("--test: needed; the images of the run " + images.run +
                          " cannot be taken: " + error.what());
    }
    report(images.role.c_str(), images.set, display);
    return images;
}

nlohmann::json to_json(const DataSets& data) {
    nlohmann::json value = {{"training", set_json(data.training.set)}};
    value["test"] = data.test ? set_json(data.test->set) : nlohmann::json();
    return value;
}

}  // namespace nanonas::app
