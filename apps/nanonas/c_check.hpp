// The emitted C, compiled here and held against the integer reference.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/session.hpp"
#include "export/device/validate.hpp"
#include "export/int8/int8_network.hpp"
#include "space/images.hpp"

namespace nanonas::app {

struct CCheck {
    std::string compiler;         ///< empty: nothing was checked
    std::string not_done;         ///< why nothing could be checked on this computer; no verdict
    std::string failed;           ///< the C does not compile, or its program fails
    std::int64_t images = 0;      ///< compared, through both entry points
    std::int64_t mismatches = 0;  ///< images with any differing byte, shipped vectors included

    bool good() const { return failed.empty() && mismatches == 0; }
};

/// Holds `source` (<folder>/<name>.c, header beside it or in ../include) against the reference on
/// all of `images`, and runs the main.c in the folder `program`. Works in `scratch`, or where that
/// lets nothing run in the system's temporary folder.
CCheck check_c_source(const std::string& program, const std::string& source,
                      const exporting::Int8Network& network, const space::ImageView& images,
                      const std::string& scratch);

/// One line: "compiled with ..., 12 images: every byte equals the integer reference", "not done:
/// ...", "FAILED: ...". `check` as "c_check" of a summary has it.
std::string check_line(const nlohmann::json& check);
nlohmann::json to_json(const CCheck& check, std::int64_t asked);

/// Whether "c_check" of a summary is no verdict, since nothing could be checked where it was made.
bool was_not_done(const nlohmann::json& check);
/// What the C check lacks here; empty: nothing.
std::string check_lacks(const std::string& scratch);

/// What the last stage needs, tried before the first training on an untrained network: the names in
/// every product, the temporary folder. Throws what the last stage would.
void rehearse_products(Session& session, const DataSets& data);
/// A line when the C of the run in `folder` will not be checked.
void foresee_check(Session& session, const std::string& folder);

}  // namespace nanonas::app
