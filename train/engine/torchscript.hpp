// A trained network for PyTorch: a TorchScript module, which torch.jit.load opens. Torch-free.
#pragma once

#include <map>
#include <string>

#include "space/trained_network.hpp"

namespace nanonas::train {

/// Whether this build can: it needs LibTorch.
bool has_torchscript();

/// The bytes of a .pt file. forward(image) reads raw pixels, uint8
/// [images][channels][height][width], applies the pre-processing and returns float logits
/// [images][classes]: no Softmax at the end. Parameters and buffers have the names of
/// space::parameters, batch norms are not folded, so that the module can be trained on; it is saved
/// in evaluation mode. `labels` is an attribute; `extra_files` lie in the archive beside it
/// (torch.jit.load's _extra_files). One LibTorch gives the same bytes for the same network every
/// time. Throws NetworkError for weights that do not fit, ExportError for a layer whose name is not
/// made of Python identifiers, a Softmax before the end, or a build without LibTorch.
std::string torchscript_bytes(const space::TrainedNetwork& trained,
                              const std::map<std::string, std::string>& extra_files);

}  // namespace nanonas::train
