// Linked and emulated firmware in tables.
#pragma once

#include <string>

#include "apps/pipeline/report.hpp"

namespace nanonas::app {

/// The part of a run's summary, beside what the cost model says.
std::string linked_text(const pipeline::LinkedReport& linked, const pipeline::BudgetReport& cost);

/// The whole of `nanonas validate`.
std::string validate_text(const pipeline::ValidateReport& report);

}  // namespace nanonas::app
