// What rounding to int8 costs, layer by layer.
#include <cmath>

#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

std::string ranges(const CalibrationReport& calibration) {
    Table all;
    all.caption = "Ranges by " + calibration.method + " on " + grouped(calibration.images) +
                  " training images; signal to noise against float in dB, more is better";
    all.head = {"layer", "taken", "lowest", "highest", "dB"};
    all.words = 2;
    for (const LayerRangeReport& layer : calibration.layers) {
        const auto ratio = layer.sqnr_db.find(layer.chosen);
        all.rows.push_back({escaped(layer.name), escaped(layer.chosen), fixed(layer.low, 3),
                            fixed(layer.high, 3),
                            ratio == layer.sqnr_db.end() ? "-"
                            : std::isinf(ratio->second)  ? "exact"
                                                         : fixed(ratio->second, 1)});
    }
    return table(all);
}

std::string loss(const Int8LossReport& loss) {
    Table all;
    all.caption = "Images that keep their float class up to the layer";
    all.head = {"layer", "share", "steps of 256"};
    for (const LayerLossReport& layer : loss.layers) {
        all.rows.push_back({escaped(layer.name), fixed(layer.agreement * 100.0, 2) + " %",
                            std::to_string(layer.steps)});
    }
    std::string text =
        element("p",
                "int8 costs " + fixed(loss.points, 2) + " points of accuracy on the " +
                    escaped(loss.images) + " images, most of it in " + escaped(loss.layer) + ".",
                "bad") +
        table(all);
    for (const std::string& advice : loss.advice) {
        text += element("p", escaped(advice));
    }
    return text;
}

}  // namespace

std::string rounding_section(const RunStory& story) {
    std::string text;
    if (story.report.int8_loss) {
        text += loss(*story.report.int8_loss);
    }
    if (story.report.calibration) {
        text += ranges(*story.report.calibration);
    }
    return text;
}

}  // namespace nanonas::pipeline::html
