#include "export/native/graph/graph_tables.hpp"

#include "export/native/c_factor.hpp"
#include "export/native/c_tables.hpp"

namespace nanonas::exporting {

namespace {

std::string weights_text(const std::string& name, const GraphNumbers& numbers) {
    if (!numbers.in_fours) {
        return c_table("int8_t", name, {numbers.weights.begin(), numbers.weights.end()});
    }
    std::string text =
        "static const int8_t " + name + "[" + std::to_string(numbers.weights.size()) + "] = {";
    const auto at = [&](std::size_t i) { return std::to_string(numbers.weights[i]); };
    constexpr std::size_t kFoursPerLine = 5;
    for (std::size_t i = 0; i < numbers.weights.size(); i += 4) {
        text += i / 4 % kFoursPerLine == 0 ? "\n    " : " ";
        text += "W4(" + at(i) + ", " + at(i + 1) + ", " + at(i + 2) + ", " + at(i + 3) + "),";
    }
    return text + "\n};\n";
}

}  // namespace

std::string graph_tables(const std::string& name, const GraphNumbers& numbers, bool right_shifts) {
    std::vector<std::int32_t> multipliers, shifts, words;
    const bool right = right_shifts && !numbers.left_shifts;
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
        text += c_table("int32_t", name + "_bias", numbers.bias);
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
