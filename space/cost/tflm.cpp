#include "space/cost/tflm.hpp"

#include <algorithm>

#include "space/errors.hpp"

namespace nanonas::space {

namespace {

using Bytes = std::int64_t;

// Measured on NanoNAS's four published int8 models, linked bare-metal for Cortex-M4 with
// arm-none-eabi-gcc 12.2: .text of the runtime with CMSIS-NN, what else the ELF holds (start-up,
// initial values), .data + .bss, and the deepest stack.
constexpr Bytes kRuntimeCode = 60'256;
constexpr Bytes kStartUp = 576;
constexpr Bytes kStaticData = 624;
constexpr Bytes kStack = 950;

/// What an operator adds beside its maps, weights and per-channel tables: in the arena its node,
/// tensor headers, parameters and kernel data; in the file its tables, names and tensors.
struct Overhead {
    Bytes arena = 0;
    Bytes file = 0;
};

// Fitted to the same four models. They fix the sums (convolution + max pool; interpreter +
// convolution + average + dense), the split within a sum follows the sizes of TFLM's structures.
// The published convolutions come with an unfused batch norm (MUL, ADD), which their share
// includes: an upper bound for a folded file.
constexpr Overhead kInterpreter{550, 1'929};
constexpr Overhead kConvolution{400, 1'315};
constexpr Overhead kMaxPool{144, 190};
constexpr Overhead kAverage{144, 190};
constexpr Overhead kDense{160, 270};

// TFLM aligns every buffer in the arena to 16 bytes (MicroArenaBufferAlignment).
constexpr Bytes aligned(Bytes bytes) {
    return (bytes + 15) / 16 * 16;
}

/// One operator of the folded graph.
struct Operator {
    Shape input;
    Shape output;
    Bytes scratch = 0;  ///< alive only while it runs
    Bytes tables = 0;   ///< persistent, in the arena
    Bytes file_tables = 0;
    Overhead overhead;
};

Operator convolution(const Layer& layer, const Conv2d& conv) {
    const Bytes taps = conv.kernel * conv.kernel * layer.input.channels;
    Operator op{layer.input, layer.output, 0, 0, 0, kConvolution};
    // arm_convolve_s8_get_buffer_size: two columns of int16, rounded up to four taps.
    op.scratch = 2 * 2 * ((taps + 3) / 4 * 4);
    // An int32 multiplier and shift per channel.
    op.tables = 2 * aligned(4 * conv.out_channels);
    // Scale (float) and zero point (int64) per channel of the weights and of the bias, and the two
    // int8 constants of a batch norm.
    op.file_tables = 2 * (4 + 8) * conv.out_channels + 2 * aligned(layer.input.channels);
    return op;
}

/// Convolutions, pools and dense layers; everything else folds into the one before or vanishes.
std::vector<Operator> folded(const Network& network) {
    std::vector<Operator> operators;
    const Layer* before = nullptr;
    const auto follows = [&](auto... kinds) {
        return before != nullptr && (std::holds_alternative<decltype(kinds)>(before->kind) || ...);
    };
    for (const Layer& layer : network.layers) {
        const auto refuse = [&](const char* why) {
            throw NetworkError("layer '" + layer.name + "': " + why);
        };
        std::visit(
            Overloaded{
                [&](const Conv2d& conv) { operators.push_back(convolution(layer, conv)); },
                [&](const BatchNorm&) {
                    if (!follows(Conv2d{})) {
                        refuse("a batch norm can only be folded into a convolution before it");
                    }
                },
                [&](const Relu&) {
                    if (!follows(Conv2d{}, BatchNorm{}, Dense{})) {
                        refuse("a ReLU can only be fused into a convolution or dense layer");
                    }
                },
                [&](const MaxPool2d&) {
                    operators.push_back({layer.input, layer.output, 0, 0, 0, kMaxPool});
                },
                [&](const GlobalAveragePool&) {
                    // arm_avgpool_s8_get_buffer_size: an int32 sum per channel.
                    operators.push_back(
                        {layer.input, layer.output, 4 * layer.input.channels, 0, 0, kAverage});
                },
                [&](const Dropout&) {},
                [&](const Dense&) {
                    operators.push_back({layer.input, layer.output, 0, 0, 0, kDense});
                },
                [&](const Softmax&) {
                    if (&layer != &network.layers.back()) {
                        refuse("a softmax must be the last layer");
                    }
                },
            },
            layer.kind);
        if (!std::holds_alternative<Dropout>(layer.kind)) {
            before = &layer;
        }
    }
    return operators;
}

struct Buffer {
    Bytes bytes = 0;
    std::size_t first_use = 0;
    std::size_t last_use = 0;
    Bytes offset = 0;
};

/// TFLM's GreedyMemoryPlanner: largest first, each at the lowest offset where it meets no buffer
/// alive at the same time. Returns the highest end.
Bytes planned(std::vector<Buffer> buffers) {
    std::stable_sort(buffers.begin(), buffers.end(),
                     [](const Buffer& a, const Buffer& b) { return a.bytes > b.bytes; });
    std::vector<Buffer> placed;  // by offset
    Bytes end = 0;
    for (Buffer buffer : buffers) {
        for (const Buffer& other : placed) {
            const bool together =
                buffer.first_use <= other.last_use && other.first_use <= buffer.last_use;
            if (!together) {
                continue;
            }
            if (other.offset - buffer.offset >= buffer.bytes) {
                break;
            }
            buffer.offset = std::max(buffer.offset, other.offset + other.bytes);
        }
        end = std::max(end, buffer.offset + buffer.bytes);
        placed.insert(
            std::upper_bound(placed.begin(), placed.end(), buffer,
                             [](const Buffer& a, const Buffer& b) { return a.offset < b.offset; }),
            buffer);
    }
    return end;
}

Bytes planned(const std::vector<Operator>& operators) {
    std::vector<Buffer> buffers;
    for (std::size_t i = 0; i < operators.size(); ++i) {
        const Operator& op = operators[i];
        if (i == 0) {
            buffers.push_back({aligned(op.input.elements()), 0, 0});
        }
        buffers.push_back(
            {aligned(op.output.elements()), i, std::min(i + 1, operators.size() - 1)});
        if (op.scratch > 0) {
            buffers.push_back({aligned(op.scratch), i, i});
        }
    }
    return planned(std::move(buffers));
}

}  // namespace

std::string TflmCostModel::basis() const {
    return "TensorFlow Lite Micro with CMSIS-NN: greedy memory plan of the int8 graph without "
           "softmax (logits out), plus interpreter, runtime code, static data and stack fitted to "
           "NanoNAS's four published models linked for Cortex-M4; an upper estimate, not a "
           "measurement";
}

CostReport TflmCostModel::cost(const Network& network) const {
    CostReport report = layer_costs(network);
    report.runtime = name();
    const std::vector<Operator> operators = folded(network);
    Bytes arena = planned(operators) + kInterpreter.arena;
    Bytes file = report.weight_bytes + kInterpreter.file;
    for (const Operator& op : operators) {
        arena += op.tables + op.overhead.arena;
        file += op.file_tables + op.overhead.file;
    }
    report.ram_items = {{"tensor arena", arena}, {"static data and stack", kStaticData + kStack}};
    report.flash_items = {
        {"model file", file}, {"runtime code", kRuntimeCode}, {"start-up and data", kStartUp}};
    for (const CostItem& item : report.ram_items) {
        report.ram_bytes += item.bytes;
    }
    for (const CostItem& item : report.flash_items) {
        report.flash_bytes += item.bytes;
    }
    return report;
}

}  // namespace nanonas::space
