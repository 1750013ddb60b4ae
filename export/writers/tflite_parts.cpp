#include "export/writers/tflite_parts.hpp"

#include <cstring>

#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

template <typename Unsigned>
void append(std::string& bytes, Unsigned value) {
    for (unsigned bit = 0; bit < 8 * sizeof(Unsigned); bit += 8) {
        bytes.push_back(static_cast<char>((std::uint64_t{value} >> bit) & 0xFFU));
    }
}

std::int32_t narrow(std::int64_t side) {
    return static_cast<std::int32_t>(side);
}

}  // namespace

std::vector<std::int32_t> map_shape(const space::Shape& shape) {
    return {1, narrow(shape.height), narrow(shape.width), narrow(shape.channels)};
}

std::vector<std::int32_t> linear_output(bool dense, const space::Shape& output) {
    return dense ? std::vector<std::int32_t>{1, narrow(output.channels)} : map_shape(output);
}

std::vector<std::int32_t> weight_shape(bool dense, std::int64_t kernel, const space::Shape& input,
                                       const space::Shape& output) {
    if (dense) {
        return {narrow(output.channels), narrow(input.channels)};
    }
    return {narrow(output.channels), narrow(kernel), narrow(kernel), narrow(input.channels)};
}

TfliteOperator pool_node(tflite::BuiltinOperator kind, std::int64_t height, std::int64_t width) {
    TfliteOperator node;
    node.kind = kind;
    node.filter_height = narrow(height);
    node.filter_width = narrow(width);
    return node;
}

void require_odd_kernel(const std::string& layer, std::int64_t kernel) {
    if (kernel % 2 == 0) {
        throw ExportError("layer '" + layer + "': a convolution by " + std::to_string(kernel) +
                          " pads other sides than TFLite's; expected an odd kernel");
    }
}

std::string little_endian(const std::vector<std::int32_t>& values) {
    std::string bytes;
    for (const std::int32_t value : values) {
        append(bytes, static_cast<std::uint32_t>(value));
    }
    return bytes;
}

std::string little_endian(const std::vector<float>& values) {
    std::string bytes;
    for (const float value : values) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        append(bytes, bits);
    }
    return bytes;
}

std::string little_endian(const std::vector<std::uint16_t>& values) {
    std::string bytes;
    for (const std::uint16_t value : values) {
        append(bytes, value);
    }
    return bytes;
}

}  // namespace nanonas::exporting
