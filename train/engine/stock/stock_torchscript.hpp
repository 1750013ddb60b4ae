// A trained network as a TorchScript module. Torch-free door; see train/engine/torchscript.hpp.
#pragma once

#include <map>
#include <string>

#include "space/trained_network.hpp"

namespace nanonas::train {

/// As torchscript_bytes(), of a build that has LibTorch.
std::string stock_torchscript(const space::TrainedNetwork& trained,
                              const std::map<std::string, std::string>& extra_files);

}  // namespace nanonas::train
