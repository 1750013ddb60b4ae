// The machine's arithmetic, measured: what the kernels' speed is a share of.
#pragma once

namespace nanonas::train::lanes {

/// GFLOP/s of independent multiply-adds (two operations each) in registers on one core, the best
/// of several short runs; takes some tens of milliseconds.
double measure_peak_gflops();

}  // namespace nanonas::train::lanes
