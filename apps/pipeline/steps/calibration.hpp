// How the int8 ranges of a network are found.
#pragma once

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "export/int8/calibrate.hpp"

namespace nanonas::pipeline {

exporting::CalibrateOptions calibrate_options(const ProductOptions& products, int threads);

CalibrationReport calibration_report(const exporting::Calibration& calibration,
                                     const ProductOptions& products);

}  // namespace nanonas::pipeline
