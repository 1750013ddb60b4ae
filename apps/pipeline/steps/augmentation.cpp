#include "apps/pipeline/steps/augmentation.hpp"

#include <algorithm>

#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/figures.hpp"
#include "space/random.hpp"
#include "space/text.hpp"
#include "train/mirror.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::int64_t kSmallestBatch = 16;
constexpr std::int64_t kFewestSteps = 3000;  // docs/decisions/013-sound-walk.md
// docs/decisions/014-last-epoch.md
constexpr std::int64_t kFewestEpochs = 100;
constexpr std::int64_t kMostEpochs = 1000;
constexpr std::int64_t kFewestImagesSeen = 200'000;
constexpr std::int64_t kShiftPart = 12;  // of a side; docs/decisions/014-last-epoch.md

}  // namespace

std::int64_t final_epochs(const TrainingOptions& options, std::int64_t images) {
    return options.epochs.value_or(
        std::clamp((kFewestImagesSeen + images - 1) / images, kFewestEpochs, kMostEpochs));
}

std::int64_t final_batch(const TrainingOptions& options, std::int64_t images) {
    const std::int64_t epochs = final_epochs(options, images);
    std::int64_t batch = options.batch.value_or(kLargestBatch);
    while (!options.batch && batch > kSmallestBatch &&
           (images + batch - 1) / batch * epochs < kFewestSteps) {
        batch /= 2;
    }
    return batch;
}

train::AugmentOptions plain_augment(const space::Shape& input) {
    return {false, std::max<std::int64_t>(1, std::min(input.height, input.width) / kShiftPart),
            0.0};
}

train::AugmentOptions chosen_augment(const RunSpec& spec, const train::Engine& engine,
                                     const space::Network& network, const train::TrainingSet& data,
                                     const Task& task, TrainingReport& report) {
    train::AugmentOptions augment = plain_augment(network.input);
    if (spec.training.augment) {
        augment = *spec.training.augment;
    } else {
        train::TrainOptions options = search_training(spec);
        options.seed = derive_seed(spec.training.seed, "mirror");
        options.threads = task.threads_now();
        options.share = task.share;
        train::TrainHooks hooks;
        hooks.stop = task.stop;
        task.tell("are mirrored images known as well?", true);
        const train::MirrorCheck check =
            train::check_mirror(engine, network, {}, data, options, hooks);
        augment.flip = check.harmless();
        task.tell("mirrored images: " + percent_text(check.mirrored) + " right, " +
                  percent_text(check.plain) + " as they are: trained with" +
                  (augment.flip ? " flips" : "out flips") + " (--augment)");
        report.mirror = MirrorReport{check.plain, check.mirrored, check.images};
    }
    report.augment = to_string(augment);
    return augment;
}

}  // namespace nanonas::pipeline
