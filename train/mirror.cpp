#include "train/mirror.hpp"

#include <cmath>

#include "train/data/augment_apply.hpp"
#include "train/data/rows.hpp"

namespace nanonas::train {

namespace {

constexpr double kHarmlessLoss = 0.03;
constexpr std::int64_t kMostImages = 4096;  // 0.8 points of standard error at most

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
    const std::vector<std::int64_t> rows = spread(data.validation, kMostImages);
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
    return {accuracy(*model, images, rows), accuracy(*model, mirrored, all_rows(count)), count};
}

}  // namespace nanonas::train
