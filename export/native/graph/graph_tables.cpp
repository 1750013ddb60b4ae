#include "export/native/graph/graph_tables.hpp"

#include "export/native/c_factor.hpp"
#include "export/native/c_tables.hpp"

namespace nanonas::exporting {

namespace {

std::string weights_text(const std::string& name, const GraphNumbers& numbers) {
    const std::vector<std::int8_t>& weights = numbers.weights;
    std::string text =
        "static const int8_t " + name + "[" + std::to_string(weights.size()) + "] WORDS = {";
    const std::size_t step = numbers.in_pairs ? 2 : 1;
    const std::size_t per_line = numbers.in_pairs ? 14 : 20;
    for (std::size_t i = 0; i < weights.size(); i += step) {
        text += i % per_line == 0 ? "\n    " : " ";
        text += numbers.in_pairs ? "PAIR(" + std::to_string(weights[i]) + ", " +
                                       std::to_string(weights[i + 1]) + "),"
                                 : std::to_string(weights[i]) + ",";
    }
    return text + "\n};\n";
}

}  // namespace

std::string graph_tables(const std::string& name, const GraphNumbers& numbers, bool quick) {
    std::vector<std::int32_t> multipliers, shifts, words;
    const bool right = quick && !numbers.left_shifts;
    for (const FixedMultiplier& multiplier : numbers.multipliers) {
        multipliers.push_back(multiplier.m0);
        shifts.push_back(right ? -multiplier.shift : multiplier.shift);
    }
    std::string factors;
    for (const double factor : numbers.factors) {
        const CFactor exact = c_factor(factor);
        factors += "    " + std::to_string(exact.words & 0xFFFFFFFFU) + "U, " +
                   std::to_string(exact.words >> 32) + "U,\n";
        shifts.push_back(exact.left);
    }
    std::string text;
    if (!numbers.weights.empty()) {
        text += weights_text(name + "_weights", numbers);
    }
    if (!numbers.bias.empty()) {
        std::vector<std::int32_t> bias = numbers.bias;
        for (std::int32_t& each : bias) {
            each *= numbers.doubled && quick ? 2 : 1;
        }
        text += c_table("int32_t", name + "_bias", bias);
    }
    if (!multipliers.empty()) {
        text += c_table("int32_t", name + "_multiplier", multipliers);
    }
    if (!factors.empty()) {
        text += "static const uint32_t " + name + "_factor[" +
                std::to_string(2 * numbers.factors.size()) + "] = {\n" + factors + "};\n";
    }
    if (!shifts.empty()) {
        text += c_table("int8_t", name + "_shift", shifts);
    }
    return text;
}

}  // namespace nanonas::exporting
