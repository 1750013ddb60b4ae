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

namespace nanonas::nas {
namespace {

constexpr std::int64_t kLargestInTable = 1'000'000;
constexpr std::array<const char*, 3> kColumns = {"k", "c", "score"};

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

double read_score(const std::string& text, const std::string& where) {
    const char* first = text.data();
    const char* const last = first + text.size();
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') {
        ++first;
    }
    double score = 0.0;
    const auto [end, error] = std::from_chars(first, last, score);
    if (error != std::errc() || end != last || !std::isfinite(score)) {
        throw DataError(where + ": score is \"" + text + "\", expected a finite number");
    }
    return score;
}

std::int64_t read_integer(const std::string& text, const char* column, std::int64_t low,
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

/// For each of k, c, score: its column in the header row.
std::array<std::size_t, 3> columns_of(const std::vector<std::string>& header,
                                      const std::string& where) {
    std::array<std::size_t, 3> columns{};
    std::array<std::size_t, 3> seen{};
    for (std::size_t i = 0; i < header.size(); ++i) {
        for (std::size_t j = 0; j < kColumns.size(); ++j) {
            if (header[i] == kColumns[j]) {
                columns[j] = i;
                ++seen[j];
            }
        }
    }
    if (header.size() != kColumns.size() || seen != std::array<std::size_t, 3>{1, 1, 1}) {
        std::string found;
        for (const std::string& cell : header) {
            found += (found.empty() ? "" : ",") + cell;
        }
        throw DataError(where + ": header row is \"" + found.substr(0, 60) +
                        "\", expected the columns k,c,score in any order");
    }
    return columns;
}

}  // namespace

TableEvaluator::TableEvaluator(const std::string& path) : TableEvaluator(read_file(path), path) {}

TableEvaluator::TableEvaluator(const std::string& text, const std::string& name) : name_(name) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const bool marked = text.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0;
    const std::string body = marked ? text.substr(kByteOrderMark.size()) : text;
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) {
        throw DataError(name_ + ": empty, expected rows of k,c,score");
    }
    if (body[first] == '[' || body[first] == '{') {
        read_json(body);
    } else {
        read_csv(body);
    }
    if (scores_.empty()) {
        throw DataError(name_ + ": no rows, expected at least one k,c,score");
    }
}

void TableEvaluator::read_csv(const std::string& text) {
    std::optional<std::array<std::size_t, 3>> columns;
    std::map<Candidate, std::size_t> rows;
    std::size_t row = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t newline = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, newline - at);
        at = newline + 1;
        ++row;
        if (trimmed(line).empty()) {
            continue;
        }
        const std::string where = name_ + ":" + std::to_string(row);
        const std::vector<std::string> cells = cells_of(line);
        if (!columns) {
            columns = columns_of(cells, where);
            continue;
        }
        if (cells.size() != kColumns.size()) {
            throw DataError(where + ": " + std::to_string(cells.size()) +
                            " columns, expected 3 (k, c, score)");
        }
        const Candidate candidate{read_integer(cells[(*columns)[0]], "k", 1, where),
                                  read_integer(cells[(*columns)[1]], "c", 0, where)};
        const double score = read_score(cells[(*columns)[2]], where);
        const auto [first, added] = rows.emplace(candidate, row);
        if (!added) {
            throw DataError(where + ": " + to_string(candidate) + " again, first in row " +
                            std::to_string(first->second));
        }
        scores_.emplace(candidate, score);
    }
}

void TableEvaluator::read_json(const std::string& text) {
    constexpr double kLargest = std::numeric_limits<double>::max();
    try {
        const nlohmann::json value = json::parse(text, name_);
        std::map<Candidate, std::size_t> rows;
        const std::vector<json::Reader> items = json::Reader(value, name_).items();
        for (std::size_t i = 0; i < items.size(); ++i) {
            items[i].only_keys({"k", "c", "score"});
            const Candidate candidate{items[i]["k"].integer(1, kLargestInTable),
                                      items[i]["c"].integer(0, kLargestInTable)};
            const double score = items[i]["score"].number(-kLargest, kLargest);
            const auto [first, added] = rows.emplace(candidate, i);
            if (!added) {
                items[i].fail(to_string(candidate) + " again, first in /" +
                              std::to_string(first->second));
            }
            scores_.emplace(candidate, score);
        }
    } catch (const ConfigError& error) {
        throw DataError(error.what());  // a data file, whatever its syntax
    }
}

Evaluation TableEvaluator::evaluate(const Candidate& candidate, const space::Network*,
                                    const EvaluationContext&) {
    Evaluation evaluation;
    const auto found = scores_.find(candidate);
    if (found == scores_.end()) {
        evaluation.infeasible = "not in " + name_.substr(name_.find_last_of('/') + 1);
    } else {
        evaluation.score = found->second;
    }
    return evaluation;
}

}  // namespace nanonas::nas
