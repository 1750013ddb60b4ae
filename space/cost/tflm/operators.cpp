#include "space/cost/tflm/operators.hpp"

#include "space/errors.hpp"

namespace nanonas::space::tflm {

std::vector<Operator> operators_of(const Network& network) {
    std::vector<Operator> operators;
    const Node* before = nullptr;
    const auto follows = [&](auto... kinds) {
        return before != nullptr && (std::holds_alternative<decltype(kinds)>(before->op) || ...);
    };
    for (const Node& layer : network.nodes) {
        const auto refuse = [&](const char* why) {
            throw NetworkError("layer '" + layer.name + "': " + why);
        };
        const auto add = [&](OperatorKind kind, std::int64_t kernel) {
            operators.push_back({kind, layer.name, layer.input, layer.output, kernel, false});
        };
        std::visit(
            Overloaded{
                [&](const Conv2d& conv) { add(OperatorKind::kConvolution, conv.kernel); },
                [&](const BatchNorm&) {
                    if (!follows(Conv2d{})) {
                        refuse("a batch norm can only be folded into a convolution before it");
                    }
                },
                [&](const Relu&) {
                    if (!follows(Conv2d{}, BatchNorm{}, Dense{})) {
                        refuse("a ReLU can only be fused into a convolution or dense layer");
                    }
                    operators.back().relu = true;
                },
                [&](const MaxPool2d& pool) { add(OperatorKind::kMaxPool, pool.size); },
                [&](const GlobalAveragePool&) {
                    if (layer.input.height > 1 || layer.input.width > 1) {
                        add(OperatorKind::kAveragePool, 1);
                    }
                },
                [&](const Dropout&) {},
                [&](const Dense&) { add(OperatorKind::kDense, 1); },
                [&](const Softmax&) {
                    if (&layer != &network.nodes.back()) {
                        refuse("a softmax must be the last layer");
                    }
                },
            },
            layer.op);
        if (!std::holds_alternative<Dropout>(layer.op)) {
            before = &layer;
        }
    }
    if (operators.empty()) {
        throw NetworkError("no layer of the network becomes an operator");
    }
    return operators;
}

}  // namespace nanonas::space::tflm
