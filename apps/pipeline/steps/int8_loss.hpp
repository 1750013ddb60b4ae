// What is said when int8 costs more than a point of accuracy: how much, which layer, what to try.
#pragma once

#include <string>

#include "apps/pipeline/report.hpp"
#include "export/int8/int8_network.hpp"
#include "export/verify.hpp"
#include "space/images.hpp"
#include "space/trained_network.hpp"

namespace nanonas::pipeline {

/// Float and int8 accuracy may differ by this much without a word.
constexpr double kSilentLoss = 0.01;

inline bool int8_costs(const exporting::Comparison& comparison) {
    return comparison.float_accuracy - comparison.int8_accuracy > kSilentLoss;
}

/// Images the layer is looked for on, at most.
constexpr std::int64_t kLossImages = 1000;

/// `sample`: some of the images compared, which are `role`s; `by_score`: whether the ranges are
/// those of --calibration score already.
Int8LossReport int8_loss_report(const exporting::Comparison& comparison, const std::string& role,
                                const space::TrainedNetwork& trained,
                                const exporting::Int8Network& quantized,
                                const space::ImageView& sample, int threads, bool by_score);

}  // namespace nanonas::pipeline
