#include "train/data/dataset.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "space/errors.hpp"
#include "space/text.hpp"
#include "train/data/class_names.hpp"
#include "train/data/formats/cifar10.hpp"
#include "train/data/formats/folder.hpp"
#include "train/data/formats/idx.hpp"
#include "train/data/loader.hpp"
#include "train/data/split.hpp"

namespace nanonas::train {

namespace {

struct Format {
    bool (*recognises)(const std::string& path);
    std::unique_ptr<ImageSource> (*open)(const SourceRequest& request);
    /// What to open as the test half that comes with a training set; empty: none does.
    std::string (*test_half)(const std::string& training_path);
};

// The first that recognises a path takes it. A folder of classes comes last: any folder may be one.
constexpr std::array kFormats{
    Format{is_idx, open_idx, idx_test_half},
    Format{is_cifar10, open_cifar10, cifar10_test_half},
    Format{is_image_folder, open_image_folder, image_folder_test_half},
};

const Format& format_of(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        throw DataError(path + ": no such file or folder");
    }
    refuse_other_cifar(path);
    for (const Format& format : kFormats) {
        if (format.recognises(path)) {
            return format;
        }
    }
    throw DataError(
        path +
        ": not a data set, expected a folder with one sub-folder per class, an IDX file "
        "(plain or gzipped) or CIFAR-10 binary batches");
}

std::string or_default(const std::string& path) {
    if (!path.empty()) {
        return path;
    }
    if (!is_idx(kFashionMnistFolder)) {
        throw DataError(
            std::string(kFashionMnistFolder) +
            ": the default data set is not installed, expected it from: apt-get install "
            "dataset-fashion-mnist");
    }
    return kFashionMnistFolder;
}

void check(const LoadOptions& options) {
    if (options.input) {
        const space::Shape& shape = *options.input;
        if (shape.height < 1 || shape.width < 1 || (shape.channels != 1 && shape.channels != 3)) {
            throw ConfigError("input: " + to_string(shape) +
                              " is no image shape, expected HxWx1 (grey) or HxWx3 (RGB)");
        }
    }
}

void check_bounds(const std::string& path, const space::Shape& shape, std::int64_t classes) {
    if (classes > kMostClasses) {
        throw DataError(path + ": " + grouped(classes) + " classes, expected at most " +
                        grouped(kMostClasses));
    }
    if (shape.height > kLargestInputSide || shape.width > kLargestInputSide) {
        throw DataError(path + ": images of " + to_string(shape) + ", expected at most " +
                        grouped(kLargestInputSide) + " a side: give --input HxWxC");
    }
}

}  // namespace

TrainingSet load_training(const std::string& given, const LoadOptions& options, double val_split,
                          std::uint64_t seed) {
    check(options);
    const std::string path = or_default(given);
    const std::unique_ptr<ImageSource> source =
        format_of(path).open({path, false, &options, nullptr});
    if (source->labels().size() < 2) {
        throw DataError(path + ": only one class, expected at least two");
    }
    const auto classes = static_cast<std::int64_t>(source->labels().size());
    check_bounds(path, source->shape(), classes);
    check_class_names(path, source->labels());
    if (options.accept) {
        options.accept(source->shape(), classes);
    }
    TrainingSet training;
    training.set = load_set(*source, options);
    Split split =
        split_by_class(training.set.store->view(), training.set.labels, val_split, seed, path);
    training.training = std::move(split.training);
    training.validation = std::move(split.validation);
    return training;
}

std::optional<TestSet> load_test(const std::string& given, const std::string& training_path,
                                 const LoadOptions& options,
                                 const std::vector<std::string>& labels) {
    check(options);
    std::string path = given;
    if (path.empty()) {
        const std::string training = or_default(training_path);
        path = format_of(training).test_half(training);
        if (path.empty()) {
            return std::nullopt;
        }
    }
    const std::unique_ptr<ImageSource> source =
        format_of(path).open({path, true, &options, labels.empty() ? nullptr : &labels});
    if (labels.empty()) {
        check_class_names(path, source->labels());
    } else {
        check_same_classes(path, source->labels(), labels);
    }
    return TestSet{load_set(*source, options)};
}

}  // namespace nanonas::train
