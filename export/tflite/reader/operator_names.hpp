// Names of all TFLite operators, so that one we do not read is refused by its name.
#pragma once

#include <cstdint>
#include <string>

namespace nanonas::exporting {

/// "DEPTHWISE_CONV_2D"; "operator code 700" for one we have not heard of.
std::string tflite_operator_name(std::int32_t code);

}  // namespace nanonas::exporting
