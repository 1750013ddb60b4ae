#include "apps/python/src/network.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "space/network.hpp"

namespace nb = nanobind;

namespace nanonas::python {

namespace {

using Sides = std::tuple<std::int64_t, std::int64_t, std::int64_t>;

Sides sides_of(const space::Shape& shape) {
    return {shape.height, shape.width, shape.channels};
}

/// Fields in their order or by name, over the operator's defaults.
template <typename Operator>
void construct(Operator* self, const nb::args& values, const nb::kwargs& named) {
    auto* const made = new (self) Operator{};
    std::size_t index = 0;
    std::size_t taken = 0;
    Operator::fields([&](const char* name, auto member, const auto&... /*range*/) {
        using Value = std::remove_reference_t<decltype(made->*member)>;
        if (index < values.size()) {
            made->*member = nb::cast<Value>(values[index]);
        } else if (named.contains(name)) {
            made->*member = nb::cast<Value>(named[name]);
            ++taken;
        }
        ++index;
    });
    if (values.size() > index || taken < named.size()) {
        std::string text = std::string(Operator::kName) + ": takes";
        Operator::fields([&text](const char* name, const auto&... /*rest*/) {
            text += std::string(" ") + name;
        });
        throw nb::type_error((text + (index == 0 ? " nothing" : ", each once")).c_str());
    }
}

template <typename Operator>
void bind_operator(nb::module_& module) {
    nb::class_<Operator> operator_class(module, Operator::kName);
    operator_class.def("__init__", &construct<Operator>);
    std::vector<std::string> names;
    Operator::fields([&](const char* name, auto member, const auto&... /*range*/) {
        operator_class.def_rw(name, member);
        names.emplace_back(name);
    });
    operator_class.def("__repr__", [](nb::handle self) {
        std::string text = std::string(Operator::kName) + "(";
        Operator::fields([&](const char* name, const auto&... /*rest*/) {
            text += (text.back() == '(' ? "" : ", ") + std::string(name) + "=" +
                    nb::cast<std::string>(nb::repr(self.attr(name)));
        });
        return text + ")";
    });
}

}  // namespace

void bind_network(nb::module_& module) {
    space::for_each_op(
        [&module](auto op) { bind_operator<std::remove_const_t<decltype(op)>>(module); });
    nb::class_<space::Network>(module, "Network")
        .def(
            "__init__",
            [](space::Network* self, const Sides& input) {
                new (self) space::Network{
                    {std::get<0>(input), std::get<1>(input), std::get<2>(input)}, {}};
            },
            nb::arg("input"))
        .def(
            "add",
            [](space::Network& self, const std::string& name, const space::Op& op,
               const std::optional<std::vector<space::Value>>& inputs) {
                return inputs ? self.add(name, op, *inputs)
                              : self.add(name, op, {self.nodes.size()});
            },
            nb::arg("name"), nb::arg("op"), nb::arg("inputs") = nb::none())
        .def_prop_ro("input", [](const space::Network& self) { return sides_of(self.input); })
        .def_prop_ro("output", [](const space::Network& self) { return sides_of(self.output()); })
        .def_prop_ro("classes", &space::Network::classes)
        .def_prop_ro("macc", [](const space::Network& self) { return space::macc(self); })
        .def_prop_ro("nodes", [](const space::Network& self) {
            std::vector<std::tuple<std::string, std::string, Sides>> nodes;
            for (const space::Node& node : self.nodes) {
                nodes.emplace_back(node.name, space::op_name(node.op), sides_of(node.output));
            }
            return nodes;
        });
}

}  // namespace nanonas::python
