// The runtimes a network can run on: one table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "space/cost.hpp"

namespace nanonas::exporting {

struct TflmFile;

/// A row of the table: what a runtime is called and how its price is made.
struct Runtime {
    const char* name;         ///< "native"
    const char* description;  ///< for help: "the C this program writes, whole frames"
    std::unique_ptr<space::CostModel> (*make)(const space::Device& device);
    /// For a .tflite that is there already; null where only what is written here runs.
    std::unique_ptr<space::CostModel> (*make_for_file)(const space::Device& device,
                                                       const TflmFile& file);
    /// The program is the C written here: it can be linked, and latency and energy are estimated.
    bool generated_c;
    bool by_rows;  ///< called row by row
};

/// The default first.
const std::vector<Runtime>& runtimes();

/// nullptr for a name that is not in the table.
const Runtime* find_runtime(const std::string& name);

/// Throws ConfigError naming the known runtimes.
const Runtime& runtime_named(const std::string& name);

std::vector<std::string> runtime_names();

/// Throws ConfigError naming the known runtimes.
std::unique_ptr<space::CostModel> make_cost_model(const std::string& runtime,
                                                  const space::Device& device = {});

/// One of each runtime, in the order of the table.
std::vector<std::unique_ptr<space::CostModel>> all_cost_models(const space::Device& device = {});

}  // namespace nanonas::exporting
