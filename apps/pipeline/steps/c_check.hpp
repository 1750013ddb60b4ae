// The emitted C, compiled here and held against the integer reference.
#pragma once

#include <string>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/report.hpp"
#include "export/int8/int8_network.hpp"
#include "space/images.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// Holds `source` (<folder>/<name>.c, header beside it or in ../include) against the reference on
/// all of `images`, and runs the main.c in the folder `program`. Works in `scratch`, or where that
/// lets nothing run in the system's temporary folder.
CCheck check_c_source(const std::string& program, const std::string& source,
                      const exporting::Int8Network& network, const space::ImageView& images,
                      const std::string& scratch, const Task& task);

/// What the C check lacks here; empty: nothing.
std::string check_lacks(const std::string& scratch);

/// What the last stage needs, tried before the first training on an untrained network: the names in
/// every product, the temporary folder. Throws what the last stage would.
void rehearse_products(const std::string& name, const DataSets& data);
/// Tells when the C of the run in `folder` will not be checked.
void foresee_check(const ProductOptions& products, const std::string& folder, const Task& task);

}  // namespace nanonas::pipeline
