// nanonas._native: what the modules beside it are made of; no door of the user's.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <tuple>
#include <vector>

#include "apps/pipeline/option_table.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/version.hpp"
#include "apps/python/src/dataset.hpp"
#include "apps/python/src/errors.hpp"
#include "apps/python/src/network.hpp"
#include "apps/python/src/own.hpp"
#include "apps/python/src/run_search.hpp"
#include "apps/python/src/runs.hpp"
#include "apps/python/src/verbs.hpp"

namespace nb = nanobind;
using namespace nanonas;

namespace {

/// Name and placeholder of each option: "input", "HxWxC".
std::vector<std::tuple<std::string, std::string>> option_table() {
    std::vector<std::tuple<std::string, std::string>> rows;
    for (const pipeline::Option& option : pipeline::options()) {
        rows.emplace_back(option.name, option.value);
    }
    return rows;
}

}  // namespace

NB_MODULE(_native, module) {
    module.attr("__version__") = pipeline::version();
    python::register_errors();
    module.def("option_table", &option_table);
    module.def("configs_folder", &pipeline::configs_folder);
    python::bind_dataset(module);
    python::bind_network(module);
    python::bind_own(module);
    python::bind_runs(module);
    python::bind_run_search(module);
    python::bind_verbs(module);
}
