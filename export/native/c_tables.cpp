#include "export/native/c_tables.hpp"

#include <array>
#include <cstdio>
#include <cstring>

#include "export/int8/multiplier.hpp"
#include "export/native/c_factor.hpp"

namespace nanonas::exporting {

namespace {

/// Comma-separated items, wrapped at 100 columns.
class Items {
  public:
    void add(const std::string& item) {
        constexpr std::size_t kWidth = 100;
        if (column_ + item.size() + 2 > kWidth) {
            text_ += "\n   ";
            column_ = 3;
        }
        text_ += " " + item + ",";
        column_ += item.size() + 2;
    }
    std::string table(const std::string& type, const std::string& name, std::size_t size) const {
        return "static const " + type + " " + name + "[" + std::to_string(size) + "] = {" + text_ +
               "\n};\n";
    }

  private:
    std::string text_;
    std::size_t column_ = 1000;  // the first item starts a line
};

/// INT32_MIN has no literal of its own type.
std::string literal(std::int32_t value) {
    return value == INT32_MIN ? "(-2147483647 - 1)" : std::to_string(value);
}

std::string weights_text(const std::string& name, const Int8Layer& layer, CWeights weights) {
    switch (weights) {
        case CWeights::kPairs:
            return c_weight_table(name, layer);
        case CWeights::kPairsAndOneChannel:
            return "#if USE_DSP\n" + c_one_channel_table(name, layer) + "#else\n" +
                   c_weight_table(name, layer) + "#endif\n";
        case CWeights::kPlain:
            break;
    }
    return c_table("int8_t", name + "_weights",
                   {layer.constants.weights.begin(), layer.constants.weights.end()});
}

}  // namespace

std::string c_table(const std::string& type, const std::string& name,
                    const std::vector<std::int32_t>& values) {
    Items items;
    for (const std::int32_t value : values) {
        items.add(literal(value));
    }
    return items.table(type, name, values.size());
}

std::string c_weight_table(const std::string& name, const Int8Layer& layer) {
    const std::size_t run = static_cast<std::size_t>(layer.kernel() * layer.node.input.channels);
    const std::size_t filter = 3 * run;
    const std::size_t outputs = layer.constants.bias.size();
    const auto text = [&](std::size_t i) { return std::to_string(layer.constants.weights[i]); };
    Items items;
    std::size_t bytes = 0;
    for (std::size_t first = 0; first + 1 < outputs; first += 2) {
        for (std::size_t row = 0; row < 3; ++row) {
            const std::size_t start = first * filter + row * run;
            for (std::size_t i = start; i < start + run; ++i) {
                items.add(text(i) + ", " + text(i + filter));
            }
            if (run % 2 != 0) {
                items.add("0, 0");
            }
            bytes += 2 * (run + run % 2);
        }
    }
    for (std::size_t start = outputs / 2 * 2 * filter; start < outputs * filter; start += run) {
        std::size_t i = start;
        for (; i + 4 <= start + run; i += 4) {
            items.add("W4(" + text(i) + ", " + text(i + 1) + ", " + text(i + 2) + ", " +
                      text(i + 3) + ")");
        }
        for (; i < start + run; ++i) {
            items.add(text(i));
        }
        bytes += run;
    }
    return items.table("int8_t", name + "_weights", bytes);
}

std::string c_one_channel_table(const std::string& name, const Int8Layer& layer) {
    std::vector<std::int32_t> taps;
    for (std::size_t i = 0; i < layer.constants.weights.size(); i += 3) {
        for (const std::size_t tap : {i, i + 1, i + 1, i + 2}) {
            taps.push_back(layer.constants.weights[tap]);
        }
    }
    return c_table("int8_t", name + "_weights", taps);
}

std::string c_linear_tables(const std::string& name, const Int8Layer& layer,
                            const std::vector<std::int32_t>& bias, bool right_shifts,
                            CWeights weights) {
    std::vector<std::int32_t> multipliers, shifts;
    for (const FixedMultiplier& multiplier : layer.constants.multipliers) {
        multipliers.push_back(multiplier.m0);
        shifts.push_back(right_shifts ? -multiplier.shift : multiplier.shift);
    }
    return weights_text(name, layer, weights) + c_table("int32_t", name + "_bias", bias) +
           c_table("int32_t", name + "_multiplier", multipliers) +
           c_table("int8_t", name + "_shift", shifts);
}

std::string c_dense_tables(const std::string& name, const Int8Layer& layer) {
    Items factors;
    std::vector<std::int32_t> shifts;
    for (std::size_t out = 0; out < layer.constants.bias.size(); ++out) {
        const CFactor factor = c_factor(real_factor(layer, out));
        factors.add(std::to_string(factor.words & 0xFFFFFFFFU) + "U, " +
                    std::to_string(factor.words >> 32) + "U");
        shifts.push_back(factor.left);
    }
    return c_table("int8_t", name + "_weights",
                   {layer.constants.weights.begin(), layer.constants.weights.end()}) +
           c_table("int32_t", name + "_bias", layer.constants.bias) +
           factors.table("uint32_t", name + "_factor", 2 * layer.constants.bias.size()) +
           c_table("int8_t", name + "_shift", shifts);
}

std::string c_number(std::int64_t value) {
    return value < 0 ? "(" + std::to_string(value) + ")" : std::to_string(value);
}

std::string c_string(const std::string& text) {
    std::string literal = "\"";
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        // '?' too: two of them start a trigraph; '@' is the mark of the templates.
        if (byte < 0x20 || byte > 0x7E || std::strchr("\"\\?@", letter) != nullptr) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\%03o", static_cast<unsigned>(byte));
            literal += escape.data();
        } else {
            literal += letter;
        }
    }
    return literal + "\"";
}

std::string labels_text(const std::vector<std::string>& labels, std::int64_t classes) {
    std::string text = "\nconst char *const @name@_labels[@NAME@_CLASSES] = {\n";
    for (std::size_t i = 0; i < static_cast<std::size_t>(classes); ++i) {
        text += "    " + c_string(i < labels.size() ? labels[i] : std::to_string(i)) + ",\n";
    }
    return text + "};\n\n";
}

}  // namespace nanonas::exporting
