// Numbers of an ONNX file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/onnx/onnx.pb.h"

namespace nanonas::exporting {

/// A tensor of constants, row-major: of floats, of whole numbers, or of whole numbers with the
/// scales and zero points that make floats of them.
struct OnnxConstant {
    std::vector<std::int64_t> dims;
    std::int32_t type = onnx::TensorProto::UNDEFINED;
    std::vector<float> reals;            ///< of FLOAT; of a dequantized one, too
    std::vector<std::int64_t> integers;  ///< of all other types
    std::vector<float> scales;           ///< of a dequantized one: one, or one along `axis`
    std::vector<std::int64_t> zeros;     ///< as many
    std::size_t axis = 0;

    bool real() const { return type == onnx::TensorProto::FLOAT; }
    bool dequantized() const { return !scales.empty(); }
    std::int64_t elements() const;
    /// Which of the scales belongs to element `at`.
    std::size_t scale_of(std::size_t at) const;
    /// The floats without the rounding of a product to float.
    std::vector<double> exact() const;
};

/// "[1, 3, 32, 32]".
std::string dims_text(const std::vector<std::int64_t>& dims);

/// Numbers of [16 bits] as ONNX stores them.
float half_to_float(std::uint16_t bits);

}  // namespace nanonas::exporting
