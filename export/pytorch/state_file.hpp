// The weights of a network out of a .pt file that PyTorch saved, so that a network can be trained
// on there and come back. Read without LibTorch and without running anything the file holds: its
// zip archive and pickle are interpreted here, and torch.jit.load would run TorchScript.
#pragma once

#include <string>
#include <string_view>

#include "space/trained_network.hpp"

namespace nanonas::exporting {

/// `path` is a state_dict saved with torch.save (zip format, PyTorch 1.6 and later) or a module
/// saved with torch.jit.save; its names and shapes are those of space::parameters(network). Values
/// are float32; float64, float16 and bfloat16 become float32, any strides are read. The counters
/// that nn.BatchNorm2d keeps beside its statistics (num_batches_tracked) are passed over.
/// Throws IoError when unreadable, ExportError for what is no such file, damaged or cut short, and
/// NetworkError naming the first tensor that is missing, unknown, of another shape or type, or not
/// finite.
space::Weights read_state(const std::string& path, const space::Network& network);

/// Of the bytes of `path`.
space::Weights parse_state(std::string_view bytes, const std::string& path,
                           const space::Network& network);

}  // namespace nanonas::exporting
