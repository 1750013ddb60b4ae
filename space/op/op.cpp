#include "space/op/op.hpp"

#include <type_traits>
#include <utility>

namespace nanonas::space {

std::string op_name(const Op& op) {
    return std::visit([](const auto& one) { return std::string(one.kName); }, op);
}

namespace {

template <typename Operator, typename = void>
struct HasActivation : std::false_type {};
template <typename Operator>
struct HasActivation<Operator, std::void_t<decltype(Operator::activation)>> : std::true_type {};

template <typename Operator, typename = void>
struct HasBias : std::false_type {};
template <typename Operator>
struct HasBias<Operator, std::void_t<decltype(Operator::bias)>> : std::true_type {};

template <typename Operator, typename = void>
struct HasWindow : std::false_type {};
template <typename Operator>
struct HasWindow<Operator, std::void_t<decltype(std::declval<Operator>().window())>>
    : std::true_type {};

}  // namespace

Activation* activation_of(Op& op) {
    return std::visit(
        [](auto& one) -> Activation* {
            if constexpr (HasActivation<std::decay_t<decltype(one)>>::value) {
                return &one.activation;
            } else {
                return nullptr;
            }
        },
        op);
}

Activation activation_of(const Op& op) {
    Op copy = op;
    const Activation* const activation = activation_of(copy);
    return activation == nullptr ? Activation::kNone : *activation;
}

bool* bias_of(Op& op) {
    return std::visit(
        [](auto& one) -> bool* {
            if constexpr (HasBias<std::decay_t<decltype(one)>>::value) {
                return &one.bias;
            } else {
                return nullptr;
            }
        },
        op);
}

Window window_of(const Op& op) {
    return std::visit(
        [](const auto& one) -> Window {
            if constexpr (HasWindow<std::decay_t<decltype(one)>>::value) {
                return one.window();
            } else {
                return {};
            }
        },
        op);
}

bool same_op(const Op& a, const Op& b) {
    return a.index() == b.index() && activation_of(a) == activation_of(b) &&
           std::visit(
               [&b](const auto& one) {
                   using Operator = std::decay_t<decltype(one)>;
                   return same_fields(one, std::get<Operator>(b));
               },
               a);
}

}  // namespace nanonas::space
