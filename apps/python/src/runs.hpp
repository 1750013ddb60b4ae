// Whole runs: search and train.
#pragma once

#include <nanobind/nanobind.h>

#include <map>
#include <string>

#include "apps/pipeline/asked.hpp"
#include "apps/python/src/dataset.hpp"

namespace nanonas::python {

/// By name of the option, as the command line takes them.
using Texts = std::map<std::string, std::string>;

/// What the program does with its words before a verb runs. `images`: those of --data; may be null.
pipeline::Asked asked_for(pipeline::Verb verb, const Texts& texts, const ImageSet* images);

void bind_runs(nb::module_& module);

}  // namespace nanonas::python
