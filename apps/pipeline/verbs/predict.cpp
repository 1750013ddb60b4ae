#include "apps/pipeline/verbs/predict.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/verbs/answers.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"
#include "train/data/image_decode.hpp"
#include "train/data/pictures.hpp"
#include "train/data/resized.hpp"

namespace nanonas::pipeline {

namespace {

namespace fs = std::filesystem;

/// The first of equals.
std::int64_t top_of(const float* probabilities, std::size_t classes) {
    return std::max_element(probabilities, probabilities + classes) - probabilities;
}

PredictedFile unread(const std::string& file) {
    PredictedFile unread;
    unread.file = file;
    return unread;
}

std::vector<PredictedFile> listed(const std::vector<std::string>& names) {
    std::vector<PredictedFile> files;
    for (const std::string& name : names) {
        std::error_code error;
        const fs::file_status status = fs::status(name, error);
        if (!fs::exists(status)) {
            throw ConfigError(name + ": no such file or folder");
        }
        if (!fs::is_directory(status)) {
            files.push_back(unread(name));
            continue;
        }
        const std::vector<std::string> pictures = train::pictures_in(name);
        if (pictures.empty()) {
            throw ConfigError(name + ": no pictures in it");
        }
        for (const std::string& picture : pictures) {
            files.push_back(unread(picture));
        }
    }
    return files;
}

/// [readable file][shape]; what is no picture gets its problem.
std::vector<std::uint8_t> pixels_of(std::vector<PredictedFile>& files, const space::Shape& shape,
                                    const Task& task) {
    const auto size = static_cast<std::size_t>(shape.elements());
    std::vector<std::uint8_t> all(files.size() * size);
    for_each_index(
        static_cast<std::int64_t>(files.size()), task.threads,
        [&](std::size_t, std::int64_t index) {
            const auto row = static_cast<std::size_t>(index);
            try {
                const train::Image image = train::load_image(files[row].file);
                files[row].orientation = image.orientation;
                train::fit_image(image.shape, image.pixels.data(), shape, all.data() + row * size);
            } catch (const DataError& error) {
                files[row].problem = error.what();
            }
        },
        [&task](double fraction) {
            task.at({"read", "pictures", fraction, "decoded"});
        },
        task.stop);
    task.ended("read");
    std::vector<std::uint8_t> kept;
    for (std::size_t row = 0; row < files.size(); ++row) {
        if (files[row].problem.empty()) {
            const auto from = all.begin() + static_cast<std::ptrdiff_t>(row * size);
            kept.insert(kept.end(), from, from + static_cast<std::ptrdiff_t>(size));
        }
    }
    return kept;
}

}  // namespace

Predictions predict(const std::string& model, std::shared_ptr<const train::ImageStore> images,
                    const Task& task) {
    const auto answers = answers_of({}, model_path(model), "int8", task);
    train::LoadedSet set;
    set.store = std::move(images);
    set.description = "images";
    train::ResizeOptions options;
    options.threads = task.threads;
    set = train::at_size(set, answers->input(), options);

    Predictions result;
    result.labels = answers->labels();
    result.probabilities = answers->probabilities(set.store->view(), task);
    const std::size_t classes = result.labels.size();
    for (std::size_t at = 0; at < result.probabilities.size(); at += classes) {
        result.classes.push_back(top_of(result.probabilities.data() + at, classes));
    }
    return result;
}

FilePredictions predict_files(const Config& config, const std::vector<std::string>& files,
                              const Task& task) {
    FilePredictions result;
    result.model = model_path(config.output.model);
    result.form = config.predict.form;
    result.files = listed(files);
    const auto answers = answers_of(config, result.model, result.form, task);
    const space::Shape& shape = answers->input();
    if (shape.channels != 1 && shape.channels != 3) {
        throw DataError(result.model + ": reads " + to_string(shape) +
                        " maps, which are no pictures; predict takes those of 1 or 3 channels");
    }
    result.labels = answers->labels();
    const std::vector<std::uint8_t> pixels = pixels_of(result.files, shape, task);
    const auto count = static_cast<std::int64_t>(pixels.size()) / shape.elements();
    if (count == 0) {
        return result;
    }
    const std::vector<float> all =
        answers->probabilities({shape, count, pixels.data(), nullptr}, task);
    const std::size_t classes = result.labels.size();
    const float* row = all.data();
    for (PredictedFile& file : result.files) {
        if (file.problem.empty()) {
            file.top = top_of(row, classes);
            file.probabilities.assign(row, row + classes);
            row += classes;
        }
    }
    return result;
}

}  // namespace nanonas::pipeline
