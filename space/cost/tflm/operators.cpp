#include "space/cost/tflm/operators.hpp"

#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::space::tflm {

std::vector<Operator> operators_of(const Network& trained) {
    Network network = trained;
    lower(network);
    require_chain(network);
    std::vector<Operator> operators;
    for (const Node& node : network.nodes) {
        const auto refuse = [&](const char* why) {
            throw NetworkError("layer '" + node.name + "': " + why);
        };
        const auto add = [&](OperatorKind kind, std::int64_t kernel,
                             Activation activation = Activation::kNone) {
            operators.push_back({kind, node.name, node.input, node.output, kernel,
                                 activation == Activation::kRelu});
        };
        std::visit(Overloaded{
                       [&](const Conv2d& conv) {
                           add(OperatorKind::kConvolution, conv.kernel, conv.activation);
                       },
                       [&](const Dense& dense) { add(OperatorKind::kDense, 1, dense.activation); },
                       [&](const MaxPool2d& pool) { add(OperatorKind::kMaxPool, pool.size); },
                       [&](const GlobalAveragePool&) {
                           if (node.input.height > 1 || node.input.width > 1) {
                               add(OperatorKind::kAveragePool, 1);
                           }
                       },
                       [&](const BatchNorm&) {
                           refuse("a batch norm can only be folded into a convolution before it");
                       },
                       [&](const Relu&) {
                           refuse("a ReLU can only be fused into a convolution or dense layer");
                       },
                       [&](const Dropout&) { refuse("a dropout acts in training only"); },
                       [&](const Softmax&) { refuse("a softmax must be the last layer"); },
                       [&](const ChannelMul&) { refuse("a ChannelMul is not written"); },
                       [&](const ChannelAdd&) { refuse("a ChannelAdd is not written"); },
                       [&](const Requantize&) { refuse("a Requantize is not written"); },
                   },
                   node.op);
    }
    if (operators.empty()) {
        throw NetworkError("no layer of the network becomes an operator");
    }
    return operators;
}

}  // namespace nanonas::space::tflm
