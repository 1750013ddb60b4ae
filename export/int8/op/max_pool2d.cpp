#include "export/int8/op/ops.hpp"

#include <algorithm>

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

std::size_t at(const space::Shape& shape, std::int64_t y, std::int64_t x, std::int64_t channel) {
    return static_cast<std::size_t>((y * shape.width + x) * shape.channels + channel);
}

void run(const Int8Layer& layer, const Map& input, Map& output) {
    const std::int64_t side = std::get<space::MaxPool2d>(layer.node.op).size;
    const space::Shape& written = layer.node.output;
    for (std::int64_t y = 0; y < written.height; ++y) {
        for (std::int64_t x = 0; x < written.width; ++x) {
            for (std::int64_t channel = 0; channel < written.channels; ++channel) {
                std::int8_t largest = -128;
                for (std::int64_t dy = 0; dy < side; ++dy) {
                    for (std::int64_t dx = 0; dx < side; ++dx) {
                        largest = std::max(
                            largest,
                            input[at(layer.node.input, y * side + dy, x * side + dx, channel)]);
                    }
                }
                output[at(written, y, x, channel)] = largest;
            }
        }
    }
}

}  // namespace

Int8Op int8_op(const space::MaxPool2d&) {
    return {[](const Int8Layer&) -> std::string { return "max pool"; }, round_nothing, run};
}

}  // namespace nanonas::exporting
