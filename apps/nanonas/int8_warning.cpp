#include "apps/nanonas/int8_warning.hpp"

#include "apps/nanonas/display.hpp"
#include "export/int8/loss.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using json = nlohmann::json;

json int8_loss_json(const exporting::Comparison& comparison, const std::string& role,
                    const space::TrainedNetwork& trained, const exporting::Int8Network& quantized,
                    const space::ImageView& sample, int threads, bool by_score) {
    const auto losses = exporting::layer_losses(trained, quantized, sample, threads);
    const std::size_t worst = exporting::worst_layer(losses);
    json layers = json::array();
    for (const exporting::LayerLoss& layer : losses) {
        layers.push_back(
            {{"name", layer.name}, {"agreement", layer.agreement}, {"steps", layer.steps}});
    }
    json advice = json::array();
    if (!by_score) {
        advice.push_back("--calibration score");
    }
    advice.push_back("more channels or cells (--arch)");
    advice.push_back("other float weights (--seed, --epochs)");
    return {{"images", role},
            {"points", 100.0 * (comparison.float_accuracy - comparison.int8_accuracy)},
            {"layer", losses[worst].name},
            {"agreement_before", worst == 0 ? 1.0 : losses[worst - 1].agreement},
            {"agreement_after", losses[worst].agreement},
            {"steps", losses[worst].steps},
            {"layers", layers},
            {"try", advice}};
}

std::string int8_loss_text(const json& loss) {
    char points[32];
    std::snprintf(points, sizeof points, "%.1f", loss["points"].get<double>());
    std::string text = "  WARNING: int8 costs " + std::string(points) + " points on the " +
                       loss["images"].get<std::string>() + " images. Most is lost in layer " +
                       loss["layer"].get<std::string>() + ", whose values take " +
                       grouped(loss["steps"]) + " of 256 steps:\n  " +
                       percent_text(loss["agreement_before"]) +
                       " of images keep their float class before it, " +
                       percent_text(loss["agreement_after"]) + " behind it. To try: ";
    const json& advice = loss["try"];
    for (std::size_t i = 0; i < advice.size(); ++i) {
        text += (i == 0                   ? ""
                 : i + 1 == advice.size() ? " or "
                                          : ", ") +
                advice[i].get<std::string>();
    }
    return text + ".\n";
}

}  // namespace nanonas::app
