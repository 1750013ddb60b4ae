// What the reader says of a file that it does not read.
#pragma once

#include <string>

#include "export/tflite/reader/reader.hpp"
#include "space/errors.hpp"
#include "tests/export/tflite/reader/model_spec.hpp"

namespace nanonas::test {

/// The refusal of a file; empty when it is read.
inline std::string refusal(const std::string& bytes) {
    try {
        exporting::parse_tflite(bytes, "x.tflite");
    } catch (const ExportError& error) {
        return error.what();
    }
    return "";
}

inline std::string refusal(const ModelSpec& model) {
    return refusal(model.bytes());
}

inline std::string quoted(const std::string& what) {
    return "x.tflite: " + what;
}

}  // namespace nanonas::test
