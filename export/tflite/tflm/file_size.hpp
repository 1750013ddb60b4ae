// Size of the .tflite file of an int8 network, told from its architecture.
#pragma once

#include <cstdint>
#include <vector>

#include "export/tflite/tflm/operators.hpp"

namespace nanonas::exporting::tflm {

/// Bytes of the file that format tflite writes (export/tflite/tflite_graph.cpp, part by part in
/// the same order): int8 input and output, metadata and labels inside. `label_bytes`: the labels,
/// a line feed behind each; 0: no labels. A test compares it with written files.
std::int64_t file_bytes(const std::vector<Operator>& operators, std::int64_t label_bytes);

}  // namespace nanonas::exporting::tflm
