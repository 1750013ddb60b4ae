#include "nas/evaluators/table_evaluator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/strict.hpp"
#include "space/random.hpp"

namespace nanonas::nas {
namespace {

constexpr std::int64_t kLargestInTable = 1'000'000;
constexpr double kLargest = std::numeric_limits<double>::max();
// Beside those of the axes; only the first is needed.
constexpr std::array<const char*, 4> kColumns = {"score", "repeat", "effort", "seconds"};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t first = text.find_first_not_of(kBlank);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    while (true) {
        const std::size_t comma = line.find(',');
        std::string_view cell = trimmed(line.substr(0, comma));
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
            cell = trimmed(cell.substr(1, cell.size() - 2));
        }
        cells.emplace_back(cell);
        if (comma == std::string_view::npos) {
            return cells;
        }
        line.remove_prefix(comma + 1);
    }
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : between) + part;
    }
    return text;
}

double read_number(const std::string& text, const std::string& column, double low,
                   const std::string& where) {
    const char* first = text.data();
    const char* const last = first + text.size();
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') {
        ++first;
    }
    double value = 0.0;
    const auto [end, error] = std::from_chars(first, last, value);
    if (error != std::errc() || end != last || !std::isfinite(value) || value < low) {
        throw DataError(where + ": " + column + " is \"" + text + "\", expected a finite number" +
                        (low == 0.0 ? " from 0" : ""));
    }
    return value;
}

std::int64_t read_integer(const std::string& text, const std::string& column, std::int64_t low,
                          const std::string& where) {
    std::int64_t value = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc() || end != last || value < low || value > kLargestInTable) {
        throw DataError(where + ": " + column + " is \"" + text +
                        "\", expected a whole number in [" + std::to_string(low) + ", " +
                        std::to_string(kLargestInTable) + "]");
    }
    return value;
}

std::int64_t read_value(const std::string& text, const space::Axis& axis,
                        const std::string& where) {
    if (axis.choices.empty()) {
        return read_integer(text, axis.name, axis.low, where);
    }
    const auto found = std::find(axis.choices.begin(), axis.choices.end(), text);
    if (found == axis.choices.end()) {
        throw DataError(where + ": " + axis.name + " is \"" + text + "\", not one of its choices");
    }
    return found - axis.choices.begin();
}

/// The names of the columns, those of the axes first.
std::vector<std::string> names_of(const std::vector<space::Axis>& axes) {
    std::vector<std::string> names;
    for (const space::Axis& axis : axes) {
        names.push_back(axis.name);
    }
    names.insert(names.end(), kColumns.begin(), kColumns.end());
    return names;
}

/// For each of the names: its column in the header row. Empty unless it is a header row that has
/// the first `needed`.
std::vector<std::optional<std::size_t>> columns_of(const std::vector<std::string>& header,
                                                   const std::vector<std::string>& names,
                                                   std::size_t needed) {
    std::vector<std::optional<std::size_t>> columns(names.size());
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto found = std::find(names.begin(), names.end(), header[i]);
        const auto which = static_cast<std::size_t>(found - names.begin());
        if (found == names.end() || columns[which]) {
            return {};
        }
        columns[which] = i;
    }
    const auto end = columns.begin() + static_cast<std::ptrdiff_t>(needed);
    return std::count(columns.begin(), end, std::nullopt) > 0
               ? std::vector<std::optional<std::size_t>>()
               : columns;
}

}  // namespace

TableEvaluator::TableEvaluator(const std::string& path, const std::vector<space::Axis>& axes)
    : TableEvaluator(read_file(path), path, axes) {}

TableEvaluator::TableEvaluator(const std::string& text, const std::string& name,
                               const std::vector<space::Axis>& axes)
    : name_(name), axes_(axes) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const bool marked = text.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0;
    const std::string body = marked ? text.substr(kByteOrderMark.size()) : text;
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) {
        throw DataError(name_ + ": empty, expected rows of " + expected());
    }
    if (body[first] == '[' || body[first] == '{') {
        read_json(body);
    } else {
        read_csv(body);
    }
    if (scores_.empty()) {
        throw DataError(name_ + ": no rows, expected at least one " + expected());
    }
    count_repeats();
}

void TableEvaluator::add(const Row& row, const std::string& where, const std::string& place,
                         Places& places) {
    const auto [first, added] =
        places.emplace(std::tie(row.candidate, row.effort, row.repeat), place);
    if (!added) {
        throw DataError(where + ": " + to_string(Trial(row.candidate, row.effort), axes_) +
                        (row.repeat == 0 ? "" : ", repeat " + std::to_string(row.repeat)) +
                        " again, first in " + first->second);
    }
    scores_[row.candidate][row.effort][row.repeat] = row.score;
}

std::string TableEvaluator::expected() const {
    return space::names_text(axes_) + ",score";
}

void TableEvaluator::read_csv(const std::string& text) {
    const std::vector<std::string> names = names_of(axes_);
    const std::vector<std::string> needed(names.begin(), names.end() - 3);
    const std::size_t score = axes_.size(), repeat = score + 1, effort = score + 2,
                      seconds = score + 3;
    std::vector<std::optional<std::size_t>> columns;
    std::size_t width = 0;
    Places places;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t newline = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, newline - at);
        at = newline + 1;
        ++number;
        if (trimmed(line).empty()) {
            continue;
        }
        const std::string where = name_ + ":" + std::to_string(number);
        const std::vector<std::string> cells = cells_of(line);
        if (columns.empty()) {
            columns = columns_of(cells, names, score + 1);
            if (columns.empty()) {
                throw DataError(where + ": header row is \"" + joined(cells, ",").substr(0, 60) +
                                "\", expected the columns " + expected() + " in any order");
            }
            width = cells.size();
            has_seconds_ = columns[seconds].has_value();
            continue;
        }
        if (cells.size() != width) {
            throw DataError(where + ": " + std::to_string(cells.size()) + " columns, expected " +
                            std::to_string(width) +
                            (width == score + 1 ? " (" + joined(needed, ", ") + ")" : ""));
        }
        const auto integer = [&](std::size_t column, std::int64_t low, std::int64_t absent) {
            const auto& place = columns[column];
            return place ? read_integer(cells[*place], names[column], low, where) : absent;
        };
        Row row;
        for (std::size_t i = 0; i < axes_.size(); ++i) {
            row.candidate.at.push_back(read_value(cells[*columns[i]], axes_[i], where));
        }
        row.score.score = read_number(cells[*columns[score]], "score", -kLargest, where);
        if (has_seconds_) {
            row.score.seconds = read_number(cells[*columns[seconds]], "seconds", 0.0, where);
        }
        row.repeat = integer(repeat, 0, 0);
        row.effort = integer(effort, 1, 1);
        add(row, where, "row " + std::to_string(number), places);
    }
}

void TableEvaluator::read_json(const std::string& text) {
    try {
        const nlohmann::json value = json::parse(text, name_);
        Places places;
        const std::vector<json::Reader> items = json::Reader(value, name_).items();
        for (std::size_t i = 0; i < items.size(); ++i) {
            items[i].only_keys(names_of(axes_));
            Row row;
            for (const space::Axis& axis : axes_) {
                const json::Reader its = items[i][axis.name];
                row.candidate.at.push_back(
                    axis.choices.empty()
                        ? its.integer(axis.low, kLargestInTable)
                        : read_value(its.string(), axis, name_ + ": /" + std::to_string(i)));
            }
            row.score.score = items[i]["score"].number(-kLargest, kLargest);
            has_seconds_ = items[i].has("seconds") && (i == 0 || has_seconds_);
            if (items[i].has("seconds")) {
                row.score.seconds = items[i]["seconds"].number(0.0, kLargest);
            }
            if (items[i].has("repeat")) {
                row.repeat = items[i]["repeat"].integer(0, kLargestInTable);
            }
            if (items[i].has("effort")) {
                row.effort = items[i]["effort"].integer(1, kLargestInTable);
            }
            const std::string place = "/" + std::to_string(i);
            add(row, name_ + ": " + place, place, places);
        }
    } catch (const ConfigError& error) {
        throw DataError(error.what());  // a data file, whatever its syntax
    }
}

void TableEvaluator::count_repeats() {
    repeats_ = kLargestInTable;
    for (const auto& [candidate, efforts] : scores_) {
        for (const auto& [effort, repeats] : efforts) {
            repeats_ = std::min(repeats_, static_cast<std::int64_t>(repeats.size()));
            efforts_ = efforts_ || effort > 1;
        }
    }
}

Evaluation TableEvaluator::evaluate(const Candidate& candidate, const space::Network*,
                                    const EvaluationContext& context) {
    Evaluation evaluation;
    const auto found = scores_.find(candidate);
    if (found == scores_.end()) {
        evaluation.infeasible = "not in " + name_.substr(name_.find_last_of('/') + 1);
        return evaluation;
    }
    auto effort = found->second.upper_bound(context.effort);
    if (effort != found->second.begin()) {
        --effort;
    }
    std::vector<Score> recorded;
    for (const auto& [repeat, score] : effort->second) {
        recorded.push_back(score);
    }
    Rng(context.seed).shuffle(recorded);
    const Score& score = recorded[static_cast<std::size_t>(context.repeat) % recorded.size()];
    evaluation.score = score.score;
    evaluation.seconds = score.seconds;
    return evaluation;
}

}  // namespace nanonas::nas
