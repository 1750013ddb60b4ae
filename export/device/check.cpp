#include "export/device/check.hpp"

#include <cctype>

#include "export/simd/int8_interpreter.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::device {

namespace {

/// The whole numbers between "= {" behind `table` and "};".
std::vector<int> numbers_of(const std::string& text, const std::string& table,
                            const std::string& file) {
    const std::size_t named = text.find(table + "[");
    const std::size_t from = named == std::string::npos ? named : text.find('{', named);
    const std::size_t end = from == std::string::npos ? from : text.find("};", from);
    if (end == std::string::npos) {
        throw ExportError(file + ": holds no table " + table);
    }
    std::vector<int> numbers;
    for (std::size_t at = from; at < end;) {
        const bool negative = text[at] == '-';
        if (!negative && std::isdigit(static_cast<unsigned char>(text[at])) == 0) {
            ++at;
            continue;
        }
        at += negative ? 1 : 0;
        int value = 0;
        for (; std::isdigit(static_cast<unsigned char>(text[at])) != 0 && value < 100'000; ++at) {
            value = 10 * value + (text[at] - '0');
        }
        numbers.push_back(negative ? -value : value);
    }
    return numbers;
}

template <typename Value>
std::vector<Value> values_of(const std::string& text, const std::string& table,
                             const std::string& file, int low, int high) {
    std::vector<Value> values;
    for (const int number : numbers_of(text, table, file)) {
        if (number < low || number > high) {
            throw ExportError(file + ": table " + table + " holds " + std::to_string(number) +
                              ", expected " + std::to_string(low) + " to " + std::to_string(high));
        }
        values.push_back(static_cast<Value>(number));
    }
    return values;
}

}  // namespace

ShippedVectors read_vectors(const Export& source, const space::Shape& shape, std::int64_t classes) {
    const std::string file = source.folder + "/" + source.name + "_vectors.h";
    const std::string text = read_file(file);
    ShippedVectors vectors;
    vectors.shape = shape;
    vectors.pixels = values_of<std::uint8_t>(text, source.name + "_vector_pixels", file, 0, 255);
    vectors.scores = values_of<std::int8_t>(text, source.name + "_vector_scores", file, -128, 127);
    vectors.count = static_cast<std::int64_t>(vectors.scores.size()) / classes;
    if (vectors.count < 1 ||
        vectors.count * classes != static_cast<std::int64_t>(vectors.scores.size()) ||
        vectors.count * shape.elements() != static_cast<std::int64_t>(vectors.pixels.size())) {
        throw ExportError(file + ": " + std::to_string(vectors.pixels.size()) + " pixels and " +
                          std::to_string(vectors.scores.size()) + " scores; expected whole " +
                          to_string(shape) + " images and " + std::to_string(classes) +
                          " scores each");
    }
    return vectors;
}

std::vector<std::int8_t> oracle_scores(const exporting::Int8Network& network,
                                       const space::ImageView& images) {
    exporting::simd::Int8Interpreter oracle(network);
    std::vector<std::int8_t> scores;
    for (std::int64_t i = 0; i < images.count; ++i) {
        const std::vector<std::int8_t>& one = oracle.run(images.image(i));
        scores.insert(scores.end(), one.begin(), one.end());
    }
    return scores;
}

Mismatch compare_scores(const std::vector<std::int8_t>& given,
                        const std::vector<std::int8_t>& expected, std::int64_t classes) {
    Mismatch result;
    const auto width = static_cast<std::size_t>(classes);
    for (std::size_t at = 0; at < expected.size(); at += width) {
        bool same = true;
        for (std::size_t k = at; k < at + width; ++k) {
            const bool differs = k >= given.size() || given[k] != expected[k];
            if (differs && result.first.empty()) {
                result.first = "image " + std::to_string(result.images) + ": class " +
                               std::to_string(k - at) + " is " +
                               (k < given.size() ? std::to_string(given[k]) : "missing") +
                               ", the reference says " + std::to_string(expected[k]);
            }
            same = same && !differs;
        }
        result.mismatches += same ? 0 : 1;
        ++result.images;
    }
    return result;
}

}  // namespace nanonas::device
