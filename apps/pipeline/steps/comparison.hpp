// Float and int8 on rows of a set, in pieces so that no copy of the set is made.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"
#include "export/verify.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

exporting::Comparison compare_rows(const exporting::FloatNetwork& folded,
                                   const exporting::Int8Network& quantized,
                                   const space::ImageView& images,
                                   const std::vector<std::int64_t>& rows, const std::string& label,
                                   const Task& task);

AccuracyReport accuracy_report(const exporting::Comparison& comparison);

}  // namespace nanonas::pipeline
