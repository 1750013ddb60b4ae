#include "apps/nanonas/views/prediction_view.hpp"

#include <algorithm>

#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/figures.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using namespace pipeline;

namespace {

std::string share(float probability) {
    return percent_text(static_cast<double>(probability));
}

/// "rose 8.10 %" of the most likely class but one; empty when there is but one.
std::string next_of(const PredictedFile& file, const std::vector<std::string>& labels) {
    std::size_t next = labels.size();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const bool later =
            next == labels.size() || file.probabilities[i] > file.probabilities[next];
        if (static_cast<std::int64_t>(i) != file.top && later) {
            next = i;
        }
    }
    return next == labels.size() ? ""
                                 : one_line(labels[next]) + " " + share(file.probabilities[next]);
}

/// By EXIF.
std::string turned_text(int orientation) {
    static const char* const kTexts[] = {"",
                                         "mirrored",
                                         "turned by 180 degrees",
                                         "mirrored, turned by 180 degrees",
                                         "mirrored, turned by 270 degrees",
                                         "turned by 90 degrees",
                                         "mirrored, turned by 90 degrees",
                                         "turned by 270 degrees"};
    return orientation == 1 ? "" : std::string(kTexts[orientation - 1]) + " (EXIF)";
}

std::string counts_text(const FilePredictions& predictions) {
    std::vector<std::int64_t> counts(predictions.labels.size());
    std::int64_t unread = 0;
    for (const PredictedFile& file : predictions.files) {
        file.problem.empty() ? ++counts[static_cast<std::size_t>(file.top)] : ++unread;
    }
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) {
            text += (text.empty() ? "" : ", ") + one_line(predictions.labels[i]) + " " +
                    grouped(counts[i]);
        }
    }
    return grouped(static_cast<std::int64_t>(predictions.files.size())) + " files" +
           (text.empty() ? "" : ": " + text) +
           (unread > 0 ? (text.empty() ? ": " : "; ") + grouped(unread) + " no pictures" : "") +
           "\n";
}

}  // namespace

std::string prediction_text(const FilePredictions& predictions) {
    std::vector<std::vector<std::string>> rows = {{"file", "class", "next", "probability"}};
    const bool turned =
        std::any_of(predictions.files.begin(), predictions.files.end(),
                    [](const PredictedFile& file) { return file.orientation != 1; });
    if (turned) {
        rows[0].emplace_back("turned");
    }
    for (const PredictedFile& file : predictions.files) {
        rows.push_back({one_line(file.file), "-", "", ""});
        if (file.problem.empty()) {
            rows.back() = {
                one_line(file.file),
                one_line(predictions.labels[static_cast<std::size_t>(file.top)]),
                next_of(file, predictions.labels),
                share(file.probabilities[static_cast<std::size_t>(file.top)]),
            };
        }
        if (turned) {
            rows.back().push_back(turned_text(file.orientation));
        }
    }
    const std::string summary = predictions.files.size() > 1 ? "\n" + counts_text(predictions) : "";
    return table(rows, "", 3) + summary;
}

std::string prediction_csv(const FilePredictions& predictions) {
    std::vector<std::string> head = {"file", "class"};
    head.insert(head.end(), predictions.labels.begin(), predictions.labels.end());
    head.emplace_back("problem");
    std::string text = csv_row(head);
    for (const PredictedFile& file : predictions.files) {
        std::vector<std::string> cells = {
            file.file,
            file.problem.empty() ? predictions.labels[static_cast<std::size_t>(file.top)] : ""};
        for (std::size_t i = 0; i < predictions.labels.size(); ++i) {
            cells.push_back(file.problem.empty() ? shortest_text(file.probabilities[i]) : "");
        }
        cells.push_back(file.problem);
        text += csv_row(cells);
    }
    return text;
}

}  // namespace nanonas::app
