// Does left and right mean anything in these images? A short training tells.
#pragma once

#include "space/preprocess.hpp"
#include "train/data/dataset.hpp"
#include "train/engine/engine.hpp"
#include "train/trainer.hpp"

namespace nanonas::train {

/// One network's accuracy on images and on their mirror images.
struct MirrorCheck {
    double plain = 0.0;     ///< validation accuracy of a network that saw no mirrored image
    double mirrored = 0.0;  ///< its accuracy on the same images, mirrored left-right
    std::int64_t images = 0;

    /// Mirrored images are known about as well: the loss is at most three points, and what so few
    /// images leave uncertain. Digits and letters lose tens of points.
    bool harmless() const;
};

/// Trains as `options` say, without augmentation. Throws as train() does.
MirrorCheck check_mirror(const Engine& engine, const space::Network& network,
                         const space::Preprocess& preprocess, const TrainingSet& data,
                         TrainOptions options, const TrainHooks& hooks);

}  // namespace nanonas::train
