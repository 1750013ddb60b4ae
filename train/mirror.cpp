#include "train/mirror.hpp"

#include <cmath>
#include <numeric>

#include "train/data/augment_apply.hpp"

namespace nanonas::train {

namespace {

constexpr double kHarmlessLoss = 0.03;
constexpr std::size_t kMostImages = 4096;  // 0.8 points of standard error at most

}  // namespace

bool MirrorCheck::harmless() const {
    const double uncertain =
        images > 0 ? std::sqrt(plain * (1.0 - plain) / static_cast<double>(images)) : 0.0;
    return plain - mirrored <= kHarmlessLoss + uncertain;
}

MirrorCheck check_mirror(const Engine& engine, const space::Network& network,
                         const space::Preprocess& preprocess, const TrainingSet& data,
                         TrainOptions options, const TrainHooks& hooks) {
    options.augment = {};
    options.checkpoint.clear();
    const TrainResult trained = train(engine, network, preprocess, data, options, hooks);
    const auto model = engine.create(network, preprocess, options.seed, options.threads);
    ModelState state = model->state();
    state.weights = trained.best_weights;
    model->restore(state);

    const space::ImageView images = data.set.store->view();
    // Spread evenly: folders come class by class.
    const std::size_t some = std::min(data.validation.size(), kMostImages);
    std::vector<std::int64_t> rows(some);
    for (std::size_t i = 0; i < some; ++i) {
        rows[i] = data.validation[i * data.validation.size() / some];
    }
    const auto bytes = static_cast<std::size_t>(images.shape.elements());
    std::vector<std::uint8_t> pixels(rows.size() * bytes);
    std::vector<std::int32_t> labels;
    AugmentDraw flip;
    flip.flip = true;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        apply_augment(images.shape, images.image(rows[i]), flip, pixels.data() + i * bytes);
        labels.push_back(images.labels[rows[i]]);
    }
    const auto count = static_cast<std::int64_t>(rows.size());
    const space::ImageView mirrored{images.shape, count, pixels.data(), labels.data()};
    std::vector<std::int64_t> all(rows.size());
    std::iota(all.begin(), all.end(), 0);
    return {accuracy(*model, images, rows), accuracy(*model, mirrored, all), count};
}

}  // namespace nanonas::train
