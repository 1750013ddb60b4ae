#include "apps/pipeline/steps/calibration.hpp"

namespace nanonas::pipeline {

exporting::CalibrateOptions calibrate_options(const ProductOptions& products, int threads) {
    exporting::CalibrateOptions options;
    options.methods = exporting::parse_calibration(products.calibration);
    options.percentile = products.calibration_percentile;
    options.threads = threads;
    return options;
}

CalibrationReport calibration_report(const exporting::Calibration& calibration,
                                     const ProductOptions& products) {
    CalibrationReport report;
    report.method = products.calibration;
    report.percentile = products.calibration_percentile;
    report.images = calibration.images;
    report.sqnr_images = calibration.trial_images;
    for (const exporting::LayerCalibration& layer : calibration.layers) {
        const exporting::Range& range = calibration.ranges.at(layer.layer);
        LayerRangeReport one{layer.name, to_string(layer.chosen), range.low, range.high, {}};
        for (const exporting::Trial& trial : layer.trials) {
            one.sqnr_db[to_string(trial.method)] = trial.sqnr_db;
        }
        report.layers.push_back(std::move(one));
    }
    return report;
}

}  // namespace nanonas::pipeline
