#include "space/op/op.hpp"

#include <type_traits>

namespace nanonas::space {

std::string op_name(const Op& op) {
    return std::visit([](const auto& one) { return std::string(one.kName); }, op);
}

bool same_op(const Op& a, const Op& b) {
    return a.index() == b.index() && std::visit(
                                         [&b](const auto& one) {
                                             using Operator = std::decay_t<decltype(one)>;
                                             return same_fields(one, std::get<Operator>(b));
                                         },
                                         a);
}

}  // namespace nanonas::space
