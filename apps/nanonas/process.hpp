// Other programs, run without a shell: export/device's, under this folder's names.
#pragma once

#include "export/device/process.hpp"

namespace nanonas::app {

using device::Finished;
using device::run_program;
using device::TemporaryDirectory;

}  // namespace nanonas::app
