// The machine's arithmetic: the kernels' target, and what their speed is a share of.
#pragma once

#include <string>

namespace nanonas::train::lanes {

/// GFLOP/s of independent multiply-adds (two operations each) in registers on one core, the best
/// of several short runs; takes some tens of milliseconds.
double measure_peak_gflops();

/// What the kernels are dispatched to on this machine, such as "AVX2".
std::string target_name();

/// The kind of its arithmetic: targets of one kind give the same bits.
std::string arithmetic();

}  // namespace nanonas::train::lanes
