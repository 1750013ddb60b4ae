#include <algorithm>
#include <cmath>

#include "export/tflite/op/relu6.hpp"
#include "export/tflite/reader/operator_names.hpp"
#include "export/tflite/reader/view.hpp"

namespace nanonas::exporting {

OperatorView::OperatorView(const TfliteView& graph, std::int32_t index)
    : graph_(graph), index_(index) {
    operator_ = graph.subgraph().operators()->Get(static_cast<flatbuffers::uoffset_t>(index));
    const auto* codes = graph.model().operator_codes();
    if (codes == nullptr || operator_->opcode_index() >= codes->size()) {
        graph.fail("operator " + std::to_string(index) + ": its code " +
                   std::to_string(operator_->opcode_index()) + " is not in the file");
    }
    const tflite::OperatorCode* code = codes->Get(operator_->opcode_index());
    const auto value = std::max(static_cast<std::int32_t>(code->deprecated_builtin_code()),
                                static_cast<std::int32_t>(code->builtin_code()));
    code_ = static_cast<tflite::BuiltinOperator>(value);
    kind_ = tflite_operator_name(value);
    if (kind_ == "CUSTOM") {
        kind_ += " " + printable(code->custom_code());
    }
    inputs_ = graph.inputs_of(index);
    if (operator_->outputs() == nullptr || operator_->outputs()->size() != 1) {
        fail("has " +
             std::to_string(operator_->outputs() == nullptr ? 0 : operator_->outputs()->size()) +
             " outputs, expected one");
    }
    output_ = operator_->outputs()->Get(0);
}

void OperatorView::fail(const std::string& what) const {
    graph_.fail("operator " + std::to_string(index_) + " (" + kind_ + "): " + what);
}

void OperatorView::expect_inputs(std::size_t least, std::size_t most) const {
    if (inputs_.size() < least || inputs_.size() > most) {
        fail("has " + std::to_string(inputs_.size()) + " inputs, expected " +
             std::to_string(least) + (most > least ? " or " + std::to_string(most) : ""));
    }
}

bool OperatorView::has_input(std::size_t position) const {
    return position < inputs_.size() && inputs_[position] != -1;
}

TensorView OperatorView::input(std::size_t position, const std::string& role) const {
    if (!has_input(position)) {
        fail("has no " + role);
    }
    return {graph_, inputs_[position],
            "operator " + std::to_string(index_) + " (" + kind_ + "): " + role};
}

TensorView OperatorView::output() const {
    return {graph_, output_, "operator " + std::to_string(index_) + " (" + kind_ + "): output"};
}

bool OperatorView::relu(tflite::ActivationFunctionType activation) const {
    switch (activation) {
        case tflite::ActivationFunctionType::NONE:
            return false;
        case tflite::ActivationFunctionType::RELU:
        case tflite::ActivationFunctionType::RELU6:
            return true;
        case tflite::ActivationFunctionType::RELU_N1_TO_1:
            fail("fuses RELU_N1_TO_1, expected RELU, RELU6 or no activation");
        case tflite::ActivationFunctionType::TANH:
            fail("fuses TANH, expected RELU, RELU6 or no activation");
        case tflite::ActivationFunctionType::SIGN_BIT:
            fail("fuses SIGN_BIT, expected RELU, RELU6 or no activation");
    }
    fail("fuses activation " + std::to_string(static_cast<int>(activation)) +
         ", expected RELU, RELU6 or no activation");
}

std::int8_t OperatorView::ceiling(tflite::ActivationFunctionType activation) const {
    return activation == tflite::ActivationFunctionType::RELU6 ? relu6_ceiling(output().params())
                                                               : std::int8_t{127};
}

}  // namespace nanonas::exporting
