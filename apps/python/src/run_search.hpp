// A search alone, of parts of the user's choice.
#pragma once

#include <nanobind/nanobind.h>

namespace nanonas::python {

void bind_run_search(nanobind::module_& module);

}  // namespace nanonas::python
