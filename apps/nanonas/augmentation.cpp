#include "apps/nanonas/augmentation.hpp"

#include <algorithm>

#include "apps/nanonas/evaluators.hpp"
#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/resolve.hpp"
#include "space/random.hpp"
#include "space/text.hpp"
#include "train/mirror.hpp"

namespace nanonas::app {

namespace {

constexpr std::int64_t kSmallestBatch = 16;
constexpr std::int64_t kFewestSteps = 3000;  // docs/decisions/013-sound-walk.md
constexpr std::int64_t kShiftPart = 12;      // of a side; docs/decisions/014-last-epoch.md

}  // namespace

std::int64_t final_batch(const TrainingOptions& options, std::int64_t images) {
    std::int64_t batch = options.batch.value_or(kLargestBatch);
    while (!options.batch && batch > kSmallestBatch &&
           (images + batch - 1) / batch * options.epochs < kFewestSteps) {
        batch /= 2;
    }
    return batch;
}

train::AugmentOptions chosen_augment(Session& session, const train::Engine& engine,
                                     const space::Network& network, const train::TrainingSet& data,
                                     nlohmann::json& training) {
    const Config& config = session.config();
    train::AugmentOptions augment{
        false,
        std::max<std::int64_t>(1, std::min(network.input.height, network.input.width) / kShiftPart),
        0.0};
    if (config.training.augment) {
        augment = *config.training.augment;
    } else {
        train::TrainOptions options = search_training(config);
        options.seed = derive_seed(config.training.seed, "mirror");
        options.threads = worker_count(config.output);
        train::TrainHooks hooks;
        hooks.stop = &stop_requested();
        session.display().note("are mirrored images known as well?");
        const train::MirrorCheck check =
            train::check_mirror(engine, network, {}, data, options, hooks);
        augment.flip = check.harmless();
        session.display().line("mirrored images: " + percent_text(check.mirrored) + " right, " +
                               percent_text(check.plain) + " as they are: trained with" +
                               (augment.flip ? " flips" : "out flips") + " (--augment)");
        training["mirror"] = {
            {"plain", check.plain}, {"mirrored", check.mirrored}, {"images", check.images}};
    }
    training["augment"] = to_string(augment);
    return augment;
}

}  // namespace nanonas::app
