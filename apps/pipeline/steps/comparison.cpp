#include "apps/pipeline/steps/comparison.hpp"

#include <algorithm>

#include "apps/pipeline/sample.hpp"

namespace nanonas::pipeline {

namespace {

/// Rows copied at a time.
constexpr std::int64_t kPiece = 4096;

}  // namespace

exporting::Comparison compare_rows(const exporting::FloatNetwork& folded,
                                   const exporting::Int8Network& quantized,
                                   const space::ImageView& images,
                                   const std::vector<std::int64_t>& rows, const std::string& label,
                                   const Task& task) {
    exporting::Comparison total;
    double right_float = 0.0;
    double right_int8 = 0.0;
    double agreed = 0.0;
    const auto count = static_cast<std::int64_t>(rows.size());
    for (std::int64_t from = 0; from < count; from += kPiece) {
        const std::int64_t to = std::min(count, from + kPiece);
        const Sample piece(images, {rows.begin() + from, rows.begin() + to});
        const auto size = static_cast<double>(to - from);
        const auto part = exporting::compare(
            folded, quantized, piece.view(), task.threads_now(),
            [&](double fraction) {
                task.at({"compare", label,
                         (static_cast<double>(from) + fraction * size) / static_cast<double>(count),
                         "float and int8"});
            },
            task.stop);
        right_float += part.float_accuracy * size;
        right_int8 += part.int8_accuracy * size;
        agreed += part.agreement * size;
        if (from == 0) {
            total.layers = part.layers;
            total.confusion = part.confusion;
        } else {
            for (std::size_t i = 0; i < total.confusion.size(); ++i) {
                for (std::size_t j = 0; j < total.confusion[i].size(); ++j) {
                    total.confusion[i][j] += part.confusion[i][j];
                }
            }
        }
    }
    task.ended("compare");
    const auto images_count = static_cast<double>(count);
    total.images = count;
    total.float_accuracy = right_float / images_count;
    total.int8_accuracy = right_int8 / images_count;
    total.agreement = agreed / images_count;
    return total;
}

AccuracyReport accuracy_report(const exporting::Comparison& comparison) {
    return {comparison.images, comparison.float_accuracy, comparison.int8_accuracy,
            comparison.agreement};
}

}  // namespace nanonas::pipeline
