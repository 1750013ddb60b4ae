// Strategies, evaluators and search spaces of the user's: Python objects behind the interfaces of
// the search. Every call takes the GIL; what a method raises travels through the search as
// nanobind's python_error and is raised where the search was called. The methods are those of the
// classes in nanonas/own.py.
//
// Made, and let go of, with the GIL held; used by any thread, with or without it.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "nas/evaluator.hpp"
#include "nas/strategy.hpp"
#include "space/search_space.hpp"

namespace nanonas::python {

std::unique_ptr<nas::Strategy> own_strategy(nanobind::object object);
std::unique_ptr<nas::Evaluator> own_evaluator(nanobind::object object);
std::unique_ptr<space::SearchSpace> own_space(nanobind::object object);

/// What a strategy is given of the search, and an evaluator of the evaluation.
void bind_own(nanobind::module_& module);

}  // namespace nanonas::python
