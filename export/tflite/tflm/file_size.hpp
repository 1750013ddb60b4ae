// Size of the .tflite file of an int8 network, before any weight of it is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/network.hpp"

namespace nanonas::exporting::tflm {

/// Bytes of the file that format tflite writes with int8 input and output, metadata and `labels`
/// inside (none: no labels): the writer's own, on a stand-in for the int8 network. Throws
/// NetworkError for a network that operators_of() or the writer refuses.
std::int64_t file_bytes(const space::Network& network, const std::vector<std::string>& labels);

}  // namespace nanonas::exporting::tflm
