#include "apps/pipeline/html/mistakes.hpp"

#include <algorithm>

#include "apps/pipeline/html/picture.hpp"
#include "apps/pipeline/sample.hpp"
#include "apps/pipeline/verbs/answers.hpp"

namespace nanonas::pipeline::html {

Mistakes mistakes_of(const std::string& model, const EvaluationImages& images, std::int64_t most,
                     const Task& task) {
    const space::ImageView all = images.set.store->view();
    std::vector<float> probabilities;
    const auto answers = answers_of({}, model, "int8", task);
    if (static_cast<std::int64_t>(images.rows.size()) == all.count) {
        probabilities = answers->probabilities(all, task);
    } else {
        const Sample some(all, images.rows);
        probabilities = answers->probabilities(some.view(), task);
    }
    Mistakes mistakes;
    mistakes.role = images.role;
    mistakes.labels = answers->labels();
    const std::size_t classes = mistakes.labels.size();
    mistakes.confusion.assign(classes, std::vector<std::int64_t>(classes));
    mistakes.images = static_cast<std::int64_t>(images.rows.size());
    const float* given = probabilities.data();
    for (const std::int64_t row : images.rows) {
        WrongPicture picture;
        picture.row = row;
        picture.is = static_cast<std::size_t>(all.labels[row]);
        picture.said = static_cast<std::size_t>(std::max_element(given, given + classes) - given);
        picture.probability = given[picture.said];
        ++mistakes.confusion[picture.is][picture.said];
        if (picture.is != picture.said) {
            mistakes.pictures.push_back(picture);
        }
        given += classes;
    }
    mistakes.wrong = static_cast<std::int64_t>(mistakes.pictures.size());
    std::stable_sort(
        mistakes.pictures.begin(), mistakes.pictures.end(),
        [](const WrongPicture& a, const WrongPicture& b) { return a.probability > b.probability; });
    mistakes.pictures.resize(static_cast<std::size_t>(std::min(most, mistakes.wrong)));
    for (WrongPicture& picture : mistakes.pictures) {
        picture.address = picture_address(all.shape, all.image(picture.row));
    }
    return mistakes;
}

}  // namespace nanonas::pipeline::html
