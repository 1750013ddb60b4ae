// What is done with a model: profile, evaluate, predict, export.
#pragma once

#include <nanobind/nanobind.h>

namespace nanonas::python {

void bind_verbs(nanobind::module_& module);

}  // namespace nanonas::python
