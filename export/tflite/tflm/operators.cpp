#include "export/tflite/tflm/operators.hpp"

#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting::tflm {

std::vector<Operator> operators_of(const space::Network& trained) {
    space::Network network = trained;
    space::lower(network);
    space::require_chain(network);
    std::vector<Operator> operators;
    for (const space::Node& node : network.nodes) {
        const auto refuse = [&](const char* why) {
            throw NetworkError("layer '" + node.name + "': " + why);
        };
        const auto add = [&](OperatorKind kind, std::int64_t kernel,
                             space::Activation activation = space::Activation::kNone) {
            operators.push_back({kind, node.name, node.input, node.output, kernel,
                                 activation == space::Activation::kRelu});
        };
        std::visit(
            space::Overloaded{
                [&](const space::Conv2d& conv) {
                    add(OperatorKind::kConvolution, conv.kernel, conv.activation);
                },
                [&](const space::Dense& dense) { add(OperatorKind::kDense, 1, dense.activation); },
                [&](const space::MaxPool2d& pool) { add(OperatorKind::kMaxPool, pool.size); },
                [&](const space::GlobalAveragePool&) {
                    if (node.input.height > 1 || node.input.width > 1) {
                        add(OperatorKind::kAveragePool, 1);
                    }
                },
                [&](const space::BatchNorm&) {
                    refuse("a batch norm can only be folded into a convolution before it");
                },
                [&](const space::Relu&) {
                    refuse("a ReLU can only be fused into a convolution or dense layer");
                },
                [&](const space::Dropout&) { refuse("a dropout acts in training only"); },
                [&](const space::Softmax&) { refuse("a softmax must be the last layer"); },
                [&](const space::ChannelMul&) { refuse("a ChannelMul is not written"); },
                [&](const space::ChannelAdd&) { refuse("a ChannelAdd is not written"); },
                [&](const space::Requantize&) { refuse("a Requantize is not written"); },
            },
            node.op);
    }
    if (operators.empty()) {
        throw NetworkError("no layer of the network becomes an operator");
    }
    return operators;
}

}  // namespace nanonas::exporting::tflm
