#include "apps/pipeline/steps/int8_loss.hpp"

#include "export/int8/loss.hpp"

namespace nanonas::pipeline {

Int8LossReport int8_loss_report(const exporting::Comparison& comparison, const std::string& role,
                                const space::TrainedNetwork& trained,
                                const exporting::Int8Network& quantized,
                                const space::ImageView& sample, int threads, bool by_score) {
    const auto losses = exporting::layer_losses(trained, quantized, sample, threads);
    const std::size_t worst = exporting::worst_layer(losses);
    Int8LossReport report;
    report.images = role;
    report.points = 100.0 * (comparison.float_accuracy - comparison.int8_accuracy);
    report.layer = losses[worst].name;
    report.agreement_before = worst == 0 ? 1.0 : losses[worst - 1].agreement;
    report.agreement_after = losses[worst].agreement;
    report.steps = losses[worst].steps;
    for (const exporting::LayerLoss& layer : losses) {
        report.layers.push_back({layer.name, layer.agreement, layer.steps});
    }
    if (!by_score) {
        report.advice.emplace_back("--calibration score");
    }
    report.advice.emplace_back("more channels or cells (--arch)");
    report.advice.emplace_back("other float weights (--seed, --epochs)");
    return report;
}

}  // namespace nanonas::pipeline
