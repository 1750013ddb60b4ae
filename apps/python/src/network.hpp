// Networks and their operators, for search spaces of the user's.
#pragma once

#include <nanobind/nanobind.h>

namespace nanonas::python {

void bind_network(nanobind::module_& module);

}  // namespace nanonas::python
